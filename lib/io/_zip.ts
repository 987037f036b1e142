import { FormatError } from "../base/mod.ts";

/** A member of a zip file. */
export interface ZipMember {
  /** 0: stored as it is, 8: deflated. */
  readonly method: number;
  /** [byte] Where its data begin, and their length in the file. */
  readonly start: number;
  readonly compressed: number;
  /** [byte] Length of the data themselves. */
  readonly size: number;
}

/** [byte] End of the central directory, and the longest comment after it. */
const [END, COMMENT] = [22, 0xffff];
const LARGE = 0xffffffff;

/** Members of a zip file by name (APPNOTE 6.3.10, with 64-bit lengths), in order of its directory. */
export function readZipDirectory(file: Deno.FsFile, path: string): Map<string, ZipMember> {
  const fail = (why: string, location = "directory"): never => {
    throw new FormatError(`Cannot read "${path}": ${why}`, path, location);
  };
  const length = file.statSync().size;
  const read = (start: number, count: number): DataView => {
    if (!(start >= 0 && start + count <= length)) fail("it is cut off; write or copy it again");
    const bytes = new Uint8Array(count);
    file.seekSync(start, Deno.SeekMode.Start);
    for (let at = 0, got: number | null = 0; at < count && got !== null; at += got ?? 0) {
      got = file.readSync(bytes.subarray(at));
    }
    return new DataView(bytes.buffer);
  };
  const tailStart = Math.max(0, length - END - COMMENT);
  const tail = read(tailStart, length - tailStart);
  let end = tail.byteLength - END;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) fail("it is no zip file, or is cut off; npz files are written by numpy.savez");
  let [count, size, start] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (count === 0xffff || size === LARGE || start === LARGE) {
    const locator = read(tailStart + end - 20, 20);
    const large = read(Number(locator.getBigUint64(8, true)), 56);
    if (locator.getUint32(0, true) !== 0x07064b50 || large.getUint32(0, true) !== 0x06064b50) {
      fail("its directory is broken");
    }
    [count, size, start] = [32, 40, 48].map((at) => Number(large.getBigUint64(at, true)));
  }
  const directory = read(start, size);
  const members = new Map<string, ZipMember>();
  for (let at = 0, n = 0; n < count; n++) {
    if (at + 46 > size || directory.getUint32(at, true) !== 0x02014b50) fail("its directory is broken");
    const [flags, method] = [directory.getUint16(at + 8, true), directory.getUint16(at + 10, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((k) => directory.getUint16(at + k, true));
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength));
    if ((flags & 1) !== 0 || (method !== 0 && method !== 8)) fail(`"${name}" is encrypted, or not deflated`, name);
    const place = {
      compressed: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      start: directory.getUint32(at + 42, true),
    };
    largeNumbers(directory, at + 46 + nameLength, extra, place);
    const local = read(place.start, 30);
    if (local.getUint32(0, true) !== 0x04034b50) fail(`the header of "${name}" is broken`, name);
    const data = place.start + 30 + local.getUint16(26, true) + local.getUint16(28, true);
    if (data + place.compressed > length) fail(`"${name}" is cut off; write or copy the file again`, name);
    members.set(name, { method, start: data, compressed: place.compressed, size: place.size });
    at += 46 + nameLength + extra + comment;
  }
  return members;
}

/** Takes lengths of 64 bits from the extra field, which has those that do not fit into 32, in order. */
function largeNumbers(
  view: DataView,
  start: number,
  length: number,
  place: { size: number; compressed: number; start: number },
): void {
  for (let at = start; at + 4 <= start + length;) {
    const [id, bytes] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === 1) {
      let from = at + 4;
      for (const key of ["size", "compressed", "start"] as const) {
        if (place[key] !== LARGE) continue;
        place[key] = Number(view.getBigUint64(from, true));
        from += 8;
      }
    }
    at += 4 + bytes;
  }
}
