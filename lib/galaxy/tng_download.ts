import { checkInteger, FormatError, InputError, writeFailure } from "../base/mod.ts";
import { updateHdf5 } from "../io/mod.ts";

/** Options of `downloadTngCutout`. */
export interface TngDownloadOptions {
  /** Name of the run. Default: "TNG50-1". */
  readonly simulation?: string;
  /** [1] Number of the snapshot. Default 99, z = 0. */
  readonly snapshot?: number;
  /** [1] Number of the subhalo in the snapshot. */
  readonly id: number;
  /** Key of a user of the web service; everyone gets one at https://www.tng-project.org/users/register/. */
  readonly apiKey: string;
  /** Folder of the file; it is made if it is missing. Default: the current one. */
  readonly folder?: string;
  /** Whether a file that is there is taken as it is. Default: true. */
  readonly reuse?: boolean;
  /** Whether gas is wanted. Default: true. */
  readonly gas?: boolean;
  /** What makes requests. Default: `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const SERVICE = "https://www.tng-project.org/api";
const STARS = ["Coordinates", "GFM_InitialMass", "GFM_Metallicity", "GFM_StellarFormationTime", "Velocities"];
const GAS = ["Coordinates", "Masses", "GFM_Metallicity", "GFM_Metals", "StarFormationRate", "Velocities"];
/** What the service says about a subhalo, in comoving kpc/h. */
const SUBHALO = ["pos_x", "pos_y", "pos_z", "halfmassrad_stars"] as const;

const BY_HAND = "or download the cutout by hand and give its path";

/** A response, or an error that says what to do. */
async function get(
  url: string,
  what: string,
  { apiKey, fetch: request = fetch }: TngDownloadOptions,
): Promise<Response> {
  const fail = (why: string, cause?: unknown): never => {
    throw new InputError(`Cannot download ${what}: ${why}`, url, "", { cause });
  };
  let response: Response;
  try {
    response = await request(url, { headers: { "api-key": apiKey } });
  } catch (cause) {
    const { message } = cause as Error;
    if (cause instanceof Deno.errors.NotCapable) {
      return fail(`the network may not be used (${message}); run with --allow-net, ${BY_HAND}`, cause);
    }
    return fail(`${SERVICE} cannot be reached (${message}); check the network, ${BY_HAND}`, cause);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const { status } = response;
  if (status === 401 || status === 403) {
    return fail(`the service refuses the API key (status ${status}); check "apiKey"`);
  }
  if (status === 404) return fail(`the service does not have it; check simulation, snapshot and id`);
  return fail(`the service answers with status ${status} ${response.statusText}; try again later, ${BY_HAND}`);
}

/** Writes a response to a file as it comes. */
async function save(response: Response, path: string): Promise<void> {
  const file = await Deno.open(path, { write: true, truncate: true });
  // The stream closes the file.
  await (response.body ?? new Blob().stream()).pipeTo(file.writable);
}

/** Center and radius of a subhalo, as the service gives them. */
async function subhaloOf(url: string, what: string, options: TngDownloadOptions): Promise<Map<string, number>> {
  const response = await get(url, what, options);
  const text = await response.text();
  let values: Record<string, unknown> = {};
  try {
    values = JSON.parse(text);
  } catch { /* What is missing is named below. */ }
  return new Map(SUBHALO.map((name) => {
    const value = values[name];
    if (typeof value === "number") return [name, value];
    throw new FormatError(`Cannot download ${what}: the service must tell its "${name}", got ${value}`, url, name);
  }));
}

/**
 * Downloads the cutout of a subhalo from the web service of IllustrisTNG: the fields of stars and gas that `readTngCutout` needs, and
 * center and half-mass radius, which are put into `SubhaloData`. The file, SIMULATION_SNAPSHOT_ID.hdf5, gets its name when it is
 * whole. This needs the permission --allow-net, and a key.
 *
 * @param options Subhalo, key and folder.
 * @returns Path of the file.
 * @throws {InputError} without a key, permission or network, if the key is refused, or there is no such subhalo; it says what to do.
 * @throws {FormatError} if the service answers with something else than a cutout.
 * @example
 * ```ts
 * import { downloadTngCutout, readTngCutout } from "@cosmesh/cosmesh/galaxy";
 * async function milkyWay(apiKey: string) {
 *   const path = await downloadTngCutout({ simulation: "TNG50-1", snapshot: 99, id: 425720, apiKey, folder: "tng" });
 *   return await readTngCutout(path);
 * }
 * ```
 */
export async function downloadTngCutout(options: TngDownloadOptions): Promise<string> {
  const { simulation = "TNG50-1", snapshot = 99, id, apiKey, folder = ".", reuse = true, gas = true } = options;
  checkInteger(snapshot, "snapshot");
  checkInteger(id, "id");
  const path = `${folder.replace(/[/\\]+$/, "") || "/"}/${simulation}_${snapshot}_${id}.hdf5`;
  if (reuse && await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  const what = `subhalo ${id} of snapshot ${snapshot} of ${simulation}`;
  if (typeof apiKey !== "string" || apiKey === "") {
    const why = `an API key is needed; get one at https://www.tng-project.org/users/register/ and give it as "apiKey"`;
    throw new InputError(`Cannot download ${what}: ${why}`, SERVICE, "apiKey");
  }
  const url = `${SERVICE}/${encodeURIComponent(simulation)}/snapshots/${snapshot}/subhalos/${id}/`;
  const subhalo = await subhaloOf(url, what, options);
  const query = [`stars=${STARS.join(",")}`, ...gas ? [`gas=${GAS.join(",")}`] : []].join("&");
  const response = await get(`${url}cutout.hdf5?${query}`, what, options);
  let part: string | undefined;
  try {
    await Deno.mkdir(folder, { recursive: true });
    part = await Deno.makeTempFile({ dir: folder, prefix: `${simulation}_${snapshot}_${id}-`, suffix: ".part" });
    await save(response, part);
    await complete(part, what, url, subhalo);
    await Deno.rename(part, path);
    part = undefined;
    return path;
  } catch (cause) {
    if (cause instanceof FormatError || cause instanceof InputError) throw cause;
    if (cause instanceof TypeError) {
      throw new InputError(`Cannot download ${what}: the connection broke (${cause.message}); try again`, url, "", {
        cause,
      });
    }
    throw writeFailure(path, cause);
  } finally {
    if (part) await Deno.remove(part).catch(() => {});
  }
}

/** Checks that a file is a cutout, and adds what is known about the subhalo. */
async function complete(part: string, what: string, url: string, subhalo: ReadonlyMap<string, number>): Promise<void> {
  const bytes = new Uint8Array(4);
  {
    using file = await Deno.open(part);
    await file.read(bytes);
  }
  if (String.fromCharCode(...bytes) !== "\x89HDF") {
    throw new FormatError(
      `Cannot download ${what}: the service must answer with an HDF5 file, but did not; try again`,
      url,
      "",
    );
  }
  using file = await updateHdf5(part);
  if (!file.input.has("PartType4")) {
    throw new FormatError(`Cannot download ${what}: it has no stars; choose another subhalo`, url, "PartType4");
  }
  for (const [name, value] of subhalo) {
    if (!file.input.has(`SubhaloData/${name}`)) {
      file.output.writeArray(`SubhaloData/${name}`, Float64Array.of(value), { shape: [] });
    }
  }
}
