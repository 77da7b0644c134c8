import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Question } from "../../drivers/discover/question.ts";

export interface AnnouncerOptions {
  /** The address that it answers from. */
  readonly address: string;
  /** The datagrams that it answers each question with. */
  readonly answer: (question: string) => readonly (string | Buffer)[];
}

export interface Announcer extends AsyncDisposable {
  /** Questions so far. */
  readonly asked: () => number;
}

/** A device that hears what is asked of all on this machine's loopback, and answers whoever asked. */
export async function createAnnouncer(
  { group, port }: Pick<Question, "group" | "port">,
  { address, answer }: AnnouncerOptions,
): Promise<Announcer> {
  const ear = await bound(createSocket({ type: "udp4", reuseAddr: true }), port);
  const mouth = await bound(createSocket("udp4"), 0, address);
  ear.addMembership(group, "127.0.0.1");
  let asked = 0;
  ear.on("message", (bytes, from) => {
    asked += 1;
    for (const one of answer(bytes.toString("latin1"))) mouth.send(one, from.port, from.address, () => {});
  });
  return {
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      await Promise.all(
        [ear, mouth].map((socket) => new Promise<void>((done) => socket.close(() => done()))),
      );
    },
  };
}

/** A port of UDP that nobody has now. */
export async function freeUdpPort(): Promise<number> {
  const socket = await bound(createSocket("udp4"), 0);
  const { port } = socket.address();
  await new Promise<void>((done) => socket.close(() => done()));
  return port;
}

async function bound(socket: Socket, port: number, address?: string): Promise<Socket> {
  const listening = once(socket, "listening");
  socket.bind(port, address);
  await listening;
  return socket;
}

export interface Match {
  readonly endpoint?: string;
  readonly scopes?: string;
  readonly xaddrs?: string;
  readonly types?: string;
}

/** What an ONVIF device answers to a Probe. */
export function probeMatches(...matches: readonly Match[]): string {
  const each = matches.map(
    ({ endpoint = "urn:uuid:1", scopes = "", xaddrs = "", types = "dn:NetworkVideoTransmitter" }) =>
      `<d:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference>` +
      `<d:Types>${types}</d:Types><d:Scopes>${scopes}</d:Scopes><d:XAddrs>${xaddrs}</d:XAddrs>` +
      `<d:MetadataVersion>10</d:MetadataVersion></d:ProbeMatch>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"` +
    ` xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">` +
    `<e:Header/><e:Body><d:ProbeMatches>${each.join("")}</d:ProbeMatches></e:Body></e:Envelope>`
  );
}

/** What a Hikvision device answers to SADP's inquiry. */
export function sadpMatch(facts: Readonly<Record<string, string>>): string {
  const each = Object.entries(facts).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ProbeMatch>\n<Uuid>1</Uuid>\n<Types>inquiry</Types>\n${each.join("\n")}\n</ProbeMatch>`;
}
