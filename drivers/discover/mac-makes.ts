/**
 * Makes by the first three bytes of a MAC: IEEE's register (MA-L, standards-oui.ieee.org), as of the `oui-data` package
 * 2.1.9, the companies that make cameras. Imou is Hangzhou Huacheng, Hanwha was Samsung Techwin. Xiongmai, TVT and most
 * makes of households have none of their own and use those of whoever made the network part.
 */
const prefixes = {
  Amcrest: "00651e 9c8ecd a06032",
  Axis: "00408c accc8e b8a44f e82725",
  Bosch: "000131 000463",
  Dahua: `
    08eded 14a78b 202c05 24526a 30ddaa 38af29 3ce36b 3cef8c 407aa4 4c11bf 4c99e8 5cf51a 64fd29 6c1c71
    74c929 8ce9b4 9002a9 98f9cc 9c1463 a0bd1d a8ca87 b44c3b bc325f c0395a c4aac4 d4430e e02efe e0508b
    e4246c f4b1c2 f8ce07 fc5f49 fcb69d`,
  Ezviz: `
    0ca64c 20bbbc 34c6dd 38f25d 54d60d 588fcf 64244d 64f2fb 78a6a0 78c1ae 94ec13 ac1c26 ec97e0 f47018
    fc2422`,
  Hanwha: "000918 44b423 8c1d55 e43022",
  Hikvision: `
    00bc99 040312 04eecd 083bc1 085411 08a189 08cc81 0c75d2 1012fb 1868cb 188025 240f9b 2428fd 2432ae
    244845 24b105 2857be 2ca59c 340962 3c1bf8 40acbf 40b570 4419b6 4447cc 44a642 48785b 4c1f86 4c62df
    4cbd8f 4cf5dc 50e538 548c81 54c415 5803fb 5850ed 5c345b 64db8b 686dbc 743fc2 80489f 807c62 80beaf
    80f5ae 849459 849a40 88de39 8c22d2 8ce748 94e1ac 988b0a 989de5 98df82 98f112 a0ff0c a41437 a42902
    a44bd9 a4a459 a4d5c2 acb92f accb51 b0ff0d b4a382 bc2978 bc5e33 bc9b5e bcad28 bcbac2 c0517e c056e3
    c06ded c42f90 c8a702 cc13f3 d4e853 dc07f8 dcd26a e0baad e0ca3c e0df13 e4d58b e8a0ed eca971 ecc89c
    f84dfc fc9ffd`,
  Imou: "00d98b 1c4d89 302450 906a94 a83162 ac3dfa",
  Jovision: "ac9572 e06290",
  Mobotix: "0003c5",
  Reolink: "ec71db",
  Tiandy: "3cda6d bc516c e4e66c",
  "TP-Link": `
    000aeb 001478 0019e0 001d0f 002127 0023cd 002586 002719 003192 005f67 040f66 04c845 04f9f8 081f71
    085700 0c4b54 0c722c 0c8063 0c8268 0cef15 1027f5 105a95 10feed 147590 148692 14cc20 14cf92 14d864
    14e6e4 14ebb6 186945 18a6f7 18d6c7 18f22c 1c3bf3 1c4419 1c61b4 1cfa68 202351 203626 206be7 20dce6
    20e15d 242fd0 245a5f 246968 282cb2 2887ba 289104 28ee52 2c79be 306893 30b49e 30b5c2 30de4b 30fc68
    3460f9 349672 34e894 34f716 388345 3c06a7 3c46d8 3c52a1 3c64cf 3c6a48 3c6ad2 3c7895 3c846a 40169f
    403f8c 409595 40ae30 40ed00 446690 44b32d 480eec 482254 485f08 487d2e 48c381 4c10d5 503dd1 503eaa
    5091e3 50bd5f 50c7bf 50d4f7 50fa84 547595 54a703 54af97 54c80f 54e6fc 58044f 584120 58d812 5c628b
    5c63bf 5c899a 5ca64f 5ca6e6 5ce931 60156f 60292b 6032b1 603a7c 6083e7 60a3e3 60a4b7 60e327 645601
    6466b3 646e97 647002 687724 687ff0 68ddb7 68ff7b 6c4cbc 6c5ab0 6cb158 6ce873 704f57 7405a5 743989
    74da88 74ea3a 74fece 782051 7844fd 78605b 788cb5 78a106 7c8bca 7cb59b 7cc2c6 7cf17e 803c04 808917
    808f1d 80ae54 80ea07 8416f9 84b890 84d81b 882593 889986 8c210a 8c86dd 8c902d 8ca6df 901f94 909a4a
    90ae1b 90f652 940c6d 94d9b3 94ef50 98038e 98254a 984827 9897cc 98ba5f 98dac4 98ded0 9c216a 9c4782
    9c5322 9ca2f4 9ca615 a0f3c1 a41a3a a42bb0 a8154d a82948 a829dc a842a1 a8574e a86e84 ac15a2 ac84c6
    aca7f1 b01921 b0487a b04e26 b09575 b0958e b0a7b9 b0be76 b45bd1 b4b024 b4c0c3 b8f883 b8fbb3 bc071d
    bc4699 bcd177 c006c3 c025e9 c03a55 c04a00 c06118 c0c9e3 c0e42d c46e1f c47154 c4e984 cc08fb cc32e5
    cc3429 cc68b6 ccbabd d03745 d076e7 d0c7c0 d4016d d46e0e d4d6df d807b6 d80d17 d8150d d84489 d84732
    d85d4c d8f12e dc0077 dc6279 dcfe18 e005c5 e0280a e0d362 e443cf e4c32a e4d332 e4fac4 e848b8 e894f6
    e8de27 ec086b ec172f ec26ca ec6073 ec750c ec888f ecb931 f0090d f0a731 f0f336 f42a7d f46d2f f483cd
    f4848d f4ec38 f4f26d f4f50b f81a67 f86fb0 f88c21 f8c903 f8ce21 f8d111 fcd733`,
  Uniview: "48ea63 6cf17e 88263f c47905",
  Vivotek: "0002d1",
} as const;

/** Makes that also make routers and switches: such a MAC names the make, but shows no camera. */
const notOnlyCameras: ReadonlySet<string> = new Set(["TP-Link", "Bosch"]);

let makes: ReadonlyMap<string, string> | undefined;

/** The make to which the MAC ("44:19:b6:01:02:03") was given; undefined where it is none of the table. */
export function makeOfMac(mac: string): string | undefined {
  makes ??= new Map(
    Object.entries(prefixes).flatMap(([make, list]) =>
      list
        .trim()
        .split(/\s+/)
        .map((prefix): [string, string] => [prefix, make]),
    ),
  );
  return makes.get(mac.toLowerCase().replaceAll(":", "").slice(0, 6));
}

/** Whether a device with this MAC is a camera or recorder, whatever else is known of it. */
export function isCameraMac(mac: string): boolean {
  const make = makeOfMac(mac);
  return make !== undefined && !notOnlyCameras.has(make);
}

/** "44-19-B6-01-02-03" and the like as "44:19:b6:01:02:03"; undefined where it is no MAC of one device. */
export function macOf(text: string): string | undefined {
  const digits = text.replaceAll(/[^0-9a-f]/gi, "").toLowerCase();
  // Zeros and ones stand for "none"; an odd first byte is a group's.
  if (digits.length !== 12 || /^(?:0{12}|f{12})$/.test(digits)) return undefined;
  if ((Number.parseInt(digits.slice(0, 2), 16) & 1) === 1) return undefined;
  return digits.replaceAll(/(..)(?=.)/g, "$1:");
}
