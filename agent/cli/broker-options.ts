import { createPrivateKey, X509Certificate } from "node:crypto";
import { fail, ok, type Result } from "../base/result.ts";
import { readSmallFile } from "../io/small-file.ts";
import { type BrokerConfig, configSchema } from "../model/config.ts";
import { redact } from "../model/config-found.ts";
import { watchTexts } from "../model/messages/cli-watch.ts";
import { fill, type Language, type Message, type Parameters } from "../model/messages/text.ts";
import { type CommandOption, EXIT } from "./command.ts";

/** How a person says which broker to connect to, and as whom. A password is never an argument. */
export const brokerOptions = {
  broker: { type: "string", value: "URL", text: watchTexts.optionBroker },
  unit: { type: "string", value: "CODE", text: watchTexts.optionUnit },
  ca: { type: "string", value: "FILE", text: watchTexts.optionCa },
  cert: { type: "string", value: "FILE", text: watchTexts.optionCert },
  key: { type: "string", value: "FILE", text: watchTexts.optionKey },
  user: { type: "string", value: "NAME", text: watchTexts.optionUser },
  "credential-file": { type: "string", value: "FILE", text: watchTexts.optionCredentialFile },
} as const satisfies Record<string, CommandOption>;

type BrokerOptions = { readonly [K in keyof typeof brokerOptions]: string | undefined };

interface Refusal {
  readonly code: number;
  readonly text: string;
}

/**
 * The broker that the options name, checked by the schema of the agent's own configuration, with files that a TLS
 * connection can be made with: what can never work is told at once, not at every attempt.
 */
export async function brokerOf(
  options: BrokerOptions,
  language: Language,
): Promise<Result<BrokerConfig, Refusal>> {
  const wrong = (message: Message, parameters?: Parameters) =>
    fail({ code: EXIT.wrongUsage, text: fill(message, language, parameters) });
  const { broker: url, unit, ca, cert, key, user, "credential-file": credentialFile } = options;
  if (url === undefined) return wrong(watchTexts.brokerMissing);
  if (unit !== undefined && !configSchema.shape.unit.shape.id.safeParse(unit).success)
    return wrong(watchTexts.unitInvalid, { found: unit });
  if (cert !== undefined && key === undefined) return wrong(watchTexts.pairMissing, { missing: "--key" });
  if (key !== undefined && cert === undefined) return wrong(watchTexts.pairMissing, { missing: "--cert" });
  if (user !== undefined && credentialFile !== undefined) return wrong(watchTexts.twoLogins);

  const read = configSchema.shape.broker.safeParse({
    url,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { certificate: cert }),
    ...(key === undefined ? {} : { key }),
  });
  if (!read.success) {
    const at = read.error.issues[0]?.path[0];
    if (at === "url")
      return wrong(watchTexts.brokerInvalid, {
        found: redact(url),
        allowed: watchTexts.brokerForm[language],
      });
    const [option, file] = at === "ca" ? ["--ca", ca] : at === "key" ? ["--key", key] : ["--cert", cert];
    return wrong(watchTexts.fileInvalid, { option, file: file ?? "" });
  }
  const [unused] = (["ca", "cert", "key"] as const).filter((name) => options[name] !== undefined);
  if (unused && new URL(url).protocol === "mqtt:")
    return wrong(watchTexts.tlsUnused, { option: `--${unused}` });

  const problem = await tlsProblem({ ca, cert, key }, language);
  return problem === undefined ? ok(read.data) : fail({ code: EXIT.missing, text: problem });
}

/** Why the files cannot be used, option first. */
async function tlsProblem(
  files: Pick<BrokerOptions, "ca" | "cert" | "key">,
  language: Language,
): Promise<string | undefined> {
  const contents: Partial<Record<keyof typeof files, Buffer>> = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const file = files[name];
    if (file === undefined) continue;
    const read = await readSmallFile(file);
    if (!read.ok) return `--${name}: ${read.error.text[language]}`;
    contents[name] = Buffer.from(read.value);
  }
  const say = (message: Message, name: keyof typeof files) =>
    fill(message, language, { option: `--${name}`, file: files[name] ?? "" });
  if (contents.ca && !certificateIn(contents.ca)) return say(watchTexts.noCertificate, "ca");
  if (!contents.cert || !contents.key) return undefined;
  const certificate = certificateIn(contents.cert);
  if (!certificate) return say(watchTexts.noCertificate, "cert");
  const key = privateKeyIn(contents.key);
  if (!key) return say(watchTexts.noKey, "key");
  return certificate.checkPrivateKey(key) ? undefined : say(watchTexts.keyNotFitting, "key");
}

function certificateIn(pem: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** A key with a passphrase is none: there is nobody to ask at night. */
function privateKeyIn(pem: Buffer) {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
