import { ok, type Result } from "../../agent/base/result.ts";
import type { CameraFacts } from "../../agent/model/camera.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { CHANNEL_LIMIT } from "../protocol/channel-state.ts";
import { readTable, valueIn } from "./table.ts";

/** What a device tells of itself that changes at most with its firmware. */
export interface Details {
  readonly facts: CameraFacts;
  /** Video channels; undefined where it does not tell. */
  readonly channels?: number;
}

/** Asks what a device need not have: empty where it has not. */
export type Ask = (target: string) => Promise<Result<string, Fault>>;

const WORD_CHARACTERS = 64;

/** `system` is the answer to getSystemInfo. Fails only where the way to the device does. */
export async function readDetails(system: string, ask: Ask): Promise<Result<Details, Fault>> {
  const answers: Record<string, string> = {};
  const named = wordIn(system, "deviceType");
  const questions = {
    version: "magicBox.cgi?action=getSoftwareVersion",
    vendor: "magicBox.cgi?action=getVendor",
    network: "configManager.cgi?action=getConfig&name=Network",
    inputs: "devVideoInput.cgi?action=getCollect",
    // A recorder's deviceType is a number ("31"): its name is asked for (rroller/dahua #9).
    ...(!isName(named) && { type: "magicBox.cgi?action=getDeviceType" }),
    ...(serialIn(system) === undefined && { serial: "magicBox.cgi?action=getSerialNo" }),
  };
  for (const [name, target] of Object.entries(questions)) {
    const answer = await ask(target);
    if (!answer.ok) return answer;
    answers[name] = answer.value;
  }
  const { version = "", vendor = "", network = "", inputs = "", type = "", serial = "" } = answers;
  const model = [named, wordIn(type, "type", "deviceType"), wordIn(system, "updateSerial")].find(isName);
  const firmware = wordIn(version, "version");
  const sn = serialIn(system) ?? wordIn(serial, "sn", "serialNumber");
  const mac = macIn(network);
  const channels = Number(valueIn(inputs, "result") ?? Number.NaN);
  return ok({
    facts: {
      manufacturer: wordIn(vendor, "vendor") ?? "Dahua",
      ...(model !== undefined && { model }),
      ...(firmware !== undefined && { firmware }),
      ...(sn !== undefined && { serial: sn }),
      ...(mac !== undefined && { mac }),
    },
    ...(Number.isInteger(channels) && channels > 0 && channels <= CHANNEL_LIMIT && { channels }),
  });
}

export function serialIn(system: string): string | undefined {
  return wordIn(system, "serialNumber", "sn");
}

function wordIn(text: string, ...names: readonly string[]): string | undefined {
  return valueIn(text, ...names)?.slice(0, WORD_CHARACTERS);
}

function isName(word: string | undefined): word is string {
  return word !== undefined && !/^\d+$/.test(word);
}

/** Of the first interface that has one: "table.Network.eth0.PhysicalAddress=a0:bd:1d:12:34:56". */
function macIn(text: string): string | undefined {
  for (const [name, value] of readTable(text))
    if (/\.PhysicalAddress$/.test(name) && /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i.test(value))
      return value.replaceAll("-", ":").toLowerCase();
  return undefined;
}
