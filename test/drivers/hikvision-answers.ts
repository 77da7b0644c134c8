import { parseXml, type XmlElement } from "../../drivers/protocol/xml.ts";
import { isapiTranscript } from "../fakes/isapi-transcripts.ts";

export const camera = "camera-ds-2cd2146g2-v5.7.18";
export const recorder = "recorder-ds-7616ni-v4.30.097-dead-channel";
export const analogue = "recorder-ids-7204huhi-v4.75.011-analogue";
export const notActivated = "camera-ds-2cd1023g0-v5.7.3-not-activated";

/** The root element of an answer. */
export function answerOf(folder: string, name: string): XmlElement {
  return element(bodyOf(folder, name));
}

export function bodyOf(folder: string, name: string): string {
  const transcript = isapiTranscript(folder, name);
  if (!transcript) throw new Error(`${folder} has no ${name}`);
  return transcript.body;
}

export function element(text: string): XmlElement {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.en);
  return parsed.value;
}
