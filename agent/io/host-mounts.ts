/** One line of the mount table of this process, which systemd has made its own for the service. */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** Where it is mounted. */
  readonly at: string;
  /** Whether the file system itself takes no writing, for anybody: a damaged one is remounted so. */
  readonly readOnly: boolean;
  /** Whether it is what systemd covers a folder with, so that its figures are no disk's. */
  readonly cover: boolean;
}

/**
 * /proc/self/mountinfo (proc_pid_mountinfo(5)): `36 35 98:0 /root /at options optional… - type source superOptions`;
 * space, tab, newline and backslash are written in octal. The options before the dash are those of the mount, and
 * `ro` on every one under ProtectSystem=strict; what the file system is itself stands behind it.
 */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, mount = "", fileSystem = ""] = /^(.*?) - (.*)$/.exec(line) ?? [];
    const [id, parent, , root, at] = mount.split(" ");
    const [type, , options] = fileSystem.split(" ");
    if (root === undefined || at === undefined || options === undefined) return [];
    const path = unescaped(at);
    return [
      {
        id: Number(id),
        parent: Number(parent),
        at: path,
        readOnly: options.split(",").includes("ro"),
        cover: isCover(root, path, type),
      },
    ];
  });
}

/**
 * The mount that `path` (absolute, without symbolic links) leads into, found as the kernel finds it: from the root
 * down, always into what is mounted on the way, so that what lies below a covered folder is covered too.
 */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const known = new Set(mounts.map(({ id }) => id));
  const isRoot = ({ id, parent }: Mount) => id === parent || !known.has(parent);
  let found: Mount | undefined;
  let on = mounts.filter((mount) => isRoot(mount) && isWithin(path, mount.at));
  while (on.length > 0) {
    const next = on.reduce((first, mount) => (mount.at.length < first.at.length ? mount : first));
    found = next;
    on = mounts.filter((mount) => mount.parent === next.id && !isRoot(mount) && isWithin(path, mount.at));
  }
  return found;
}

/** ProtectHome=yes binds an empty folder of /run over the homes, ProtectHome=tmpfs mounts an empty tmpfs. */
function isCover(root: string, at: string, type: string | undefined): boolean {
  return root.endsWith("/inaccessible/dir") || (type === "tmpfs" && /^\/(?:home|root|run\/user)$/.test(at));
}

function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}
