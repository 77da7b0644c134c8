import type * as z from "zod";
import { ofMake } from "../../../agent/model/config-camera.ts";

/** The line of the configuration. */
export const axisCamera = ofMake("axis", "An Axis camera, by VAPIX.", "An Axis camera.");

export type AxisConfig = z.infer<typeof axisCamera>;
