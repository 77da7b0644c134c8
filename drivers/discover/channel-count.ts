/** The largest recorders have 256. */
const MOST = 256;

/**
 * Channels of a device that counts its own inputs and those over the network apart, as both makes do in their answers
 * (AnalogChannelNum and DigitalChannelNum of SADP; VideoInputChannels and RemoteVideoInputChannels of
 * DHIP: 1 and 0 of a camera, 0 and 16 of a recorder, both of a hybrid). Undefined where it tells neither.
 */
export function channelCount(counts: readonly number[]): number | undefined {
  const sum = counts
    .filter((count) => Number.isInteger(count) && count > 0)
    .reduce((all, count) => all + count, 0);
  return sum >= 1 && sum <= MOST ? sum : undefined;
}

/** "DS-7608NXI-I2", "iDS-7216HQHI-M1/S", "DHI-NVR4108HS-4KS2", "XVR5116HS": the third and fourth figures. */
const RECORDER = /\bi?DS-[79]\d(04|08|16|32|64)[A-Z]|[NX]VR\d{2}(04|08|16|32|64)/i;

/** Channels of a recorder by its model, where it does not count them itself; undefined of another device. */
export function channelsOfModel(model: string | undefined): number | undefined {
  const [, hikvision, dahua] = RECORDER.exec(model ?? "") ?? [];
  const figures = hikvision ?? dahua;
  return figures === undefined ? undefined : Number(figures);
}
