import assert from "node:assert/strict";
import { type ErrorCode, isToolkitError } from "../../lib/base/mod.ts";
import { type HaloTableOptions, readHaloTable } from "../../lib/halo/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";

await ready({ threads: 1 });
const box: HaloTableOptions = { boxSize: 50, z: 8, units: { length: "Mpc/h", mass: "M_sun/h" } };
const POSITIONS = [1.5, 2, 3, 48, 0.25, 7, 10, 20, 30];
const MASSES = [1e10, 2.5e11, 3e9];

/** Writes a file of that name and reads it. */
function read(name: string, content: string | Uint8Array, options: Partial<HaloTableOptions> = {}) {
  return inFolderWith(async (folder) => {
    const path = `${folder}/${name}`;
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    return await readHaloTable(path, { ...box, ...options });
  });
}

async function inFolderWith<T>(body: (folder: string) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await inFolder(async (folder) => {
    result = await body(folder);
  });
  return result as T;
}

async function assertRefused(reading: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(reading, (error) => {
    assert.ok(isToolkitError(error, code), String(error));
    assert.match(error.message, message);
    return true;
  });
}

const CSV = "id,X,y [Mpc/h],z,M200(5)\n1,1.5,2,3,1e10\n2,48,.25,7,2.5E11\n\n3,10,20,30,3e9";

Deno.test("readHaloTable() reads text: named columns, comments, other delimiters, columns by number", async () => {
  const text = {
    csv: CSV,
    spaces:
      "#ID(1) Xc(2) Yc(3) Zc(4) Mvir(5)\n# z = 8\n 1 1.5\t2 3 1e10\n2 48 0.25 7 2.5e11 \r\n# end\n3 10 20 30 3e9\n",
    semicolons: '"name";"x";"y";"z";"mass"\n"a;b";1.5;2;3;1e10\nb;48;0.25;7;2.5e11\nc;10;20;30;3e9\n',
  };
  for (const [kind, content] of Object.entries(text)) {
    const halos = await read(`${kind}.txt`, content);
    assert.deepEqual([...halos.positions], POSITIONS, kind);
    assert.deepEqual([...halos.masses], MASSES, kind);
    assert.deepEqual([halos.z, halos.boxSize, halos.alphas[0]], [8, 50, 0.79]);
  }
  // mass x y z, without names, as friends-of-friends catalogues have them.
  const fof = "1e10 1.5 2 3 0.5\n2.5e11 48 .25 7 0.75\n3e9 10 20 30 1\n";
  const columns = { mass: 0, x: 1, y: 2, z: 3, alpha: 4 };
  const halos = await read("fof.txt", fof, { columns });
  assert.deepEqual([...halos.positions], POSITIONS);
  assert.deepEqual([...halos.alphas], [0.5, 0.75, 1]);
  await assertRefused(
    read("fof.txt", fof),
    "InputError",
    /a column for x by its usual names, but it has 5 columns without names/,
  );
  const pipes = await read("a.dat", fof.replaceAll(" ", "|"), { columns, delimiter: "|" });
  assert.deepEqual([...pipes.masses], MASSES);
});

Deno.test("readHaloTable() reads text longer than a chunk, the same for 1, 2 and 3 threads", async () => {
  // 260 000 rows of 38 bytes: a chunk has 8 MiB.
  const n = 260_000;
  const row = (i: number) =>
    `${(i % 50000 / 1000).toFixed(6)} ${(i % 777).toFixed(6).padStart(10)} 1.000000 ${1e9 + i}\n`;
  const content = "x y z mass\n" + Array.from({ length: n }, (_, i) => row(i)).join("");
  assert.ok(content.length > 1 << 23);
  const first = await read("long.txt", content, { boxSize: 1000 });
  assert.equal(first.size, n);
  for (const i of [0, 1, 220_000, 230_000, n - 1]) {
    assert.equal(first.masses[i], 1e9 + i);
    assert.equal(first.positions[3 * i], Math.fround(i % 50000 / 1000));
    assert.equal(first.positions[3 * i + 1], i % 777);
  }
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(await read("long.txt", content, { boxSize: 1000 }), first);
  }
  await ready({ threads: 1 });
  const bad = content.slice(0, -1) + "x\n";
  await assertRefused(
    read("long.txt", bad),
    "FormatError",
    /field 3 \("mass"\) of line 260001 must be a number, got "1000259999x"/,
  );
});

Deno.test("readHaloTable() reads NumPy's arrays", async () => {
  const arrays = JSON.parse(await Deno.readTextFile(new URL("reference/arrays.json", import.meta.url)));
  const columns = { mass: 0, x: 1, y: 2, z: 3 };
  for (
    const [name, file, options] of [
      ["structured", "a.npy", {}],
      ["rows", "a.npy", { columns }],
      ["fortran", "a.npy", { columns }],
      ["zip", "a.npz", {}],
    ] as const
  ) {
    const halos = await read(file, Uint8Array.fromBase64(arrays[name]), options);
    assert.deepEqual([...halos.positions], POSITIONS, name);
    assert.deepEqual([...halos.masses], name === "fortran" ? MASSES.map(Math.fround) : MASSES, name);
    if (name === "structured") assert.deepEqual([...halos.alphas], [0.5, 0.75, 1]);
  }
  const rows = Uint8Array.fromBase64(arrays.rows);
  await assertRefused(read("a.npy", rows.slice(0, -8), { columns }), "FormatError", /the file ends too early/);
  await assertRefused(read("a.npy", new Uint8Array(99), { columns }), "FormatError", /no array of NumPy's format/);
  await assertRefused(read("a.npz", rows, { columns }), "FormatError", /no zipped file of arrays/);
  const structured = Uint8Array.fromBase64(arrays.structured);
  await assertRefused(
    read("a.npy", structured, { columns: { mass: "name" } }),
    "FormatError",
    /"name" must be numbers/,
  );
});

Deno.test("readHaloTable() reads HDF5, whose units it checks", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/halos.h5`;
    await writeHdf5(path, (file) => {
      file.writeArray("halos/Pos", Float32Array.from(POSITIONS), { shape: [3, 3], unit: "cMpc/h" });
      file.writeArray("halos/Mass", Float64Array.from(MASSES), { unit: "Msun/h" });
      file.writeArray("halos/short", Float64Array.of(1, 2));
      file.writeStrings("halos/name", ["a", "b", "c"]);
    });
    const { units: _, ...bare } = { ...box, group: "halos" };
    const halos = await readHaloTable(path, bare);
    assert.deepEqual([...halos.positions], POSITIONS);
    assert.deepEqual([...halos.masses], MASSES);
    const kpc = { ...bare, units: { length: "kpc/h" } } as const;
    await assertRefused(
      readHaloTable(path, kpc),
      "FormatError",
      /units.length is "kpc\/h", but "Pos\[0\]" has the unit "cMpc\/h"/,
    );
    const short = { ...bare, columns: { mass: "short" }, units: { mass: "M_sun/h" } } as const;
    await assertRefused(readHaloTable(path, short), "FormatError", /"Pos\[0\]" has 3 rows, but "short" has 2/);
    const undeclared = { ...bare, columns: { mass: "short" } };
    await assertRefused(readHaloTable(path, undeclared), "InputError", /units.mass must be one of .*, got nothing/);
  });
});

Deno.test("readHaloTable() converts units and origins", async () => {
  // 20 kpc of h = 0.5 is 0.01 Mpc/h.
  const kpc = "x,y,z,m\n-20000,40000,0,2\n10000,0,-50000,4";
  const units = { length: "kpc", mass: "1e10 M_sun" } as const;
  const halos = await read("a.csv", kpc, { units, h: 0.5, origin: "centre" });
  assert.deepEqual([...halos.positions], [15, 45, 25, 30, 25, 0]);
  assert.deepEqual([...halos.masses], [1e10, 2e10]);
  await assertRefused(
    read("a.csv", kpc, { units }),
    "InputError",
    /units.length = "kpc" needs the reduced Hubble constant/,
  );
  const wrapped = await read("a.csv", "x,y,z,m\n-1,51,50,1e10\n", { wrap: true });
  assert.deepEqual([...wrapped.positions], [49, 1, 50]);
  // 1e-6 of the box outside is rounding.
  assert.equal((await read("a.csv", "x,y,z,m\n50.00001,1,1,1e10\n")).size, 1);
});

Deno.test("readHaloTable() refuses other units and boxes, with the column, the value and the way out", async () => {
  const many = (scale: number) =>
    "x,y,z,m\n" + Array.from({ length: 10 }, (_, i) => `${i * scale},${(9 - i) * scale},${i * scale},1e10\n`).join("");
  await assertRefused(
    read("a.csv", many(5000)),
    "InputError",
    /"x" of halo 1 is 5000, at 5000 Mpc\/h outside of the box of 50 Mpc\/h; check units.length \(Mpc\/h\) and boxSize, set wrap/,
  );
  await assertRefused(read("a.csv", many(-1)), "InputError", /"x" of halo 1 is -1, at -1 Mpc.*set origin to "centre"/);
  await assertRefused(
    read("a.csv", many(5e3), { units: { length: "kpc/h", mass: "M_sun/h" }, boxSize: 1000 }),
    "InputError",
    /positions reach 45.00 Mpc\/h only, in a box of 1000 Mpc\/h; check units.length/,
  );
  await assertRefused(
    read("a.csv", many(5).replaceAll("1e10", "1")),
    "InputError",
    /largest mass of "m" must be within 1e4 to 1e17 M_sun\/h, got 1.000e\+0; check units.mass/,
  );
  await assertRefused(
    read("a.csv", many(5).replace("1e10", "0")),
    "InputError",
    /mass of halo 0 must be finite and above 0/,
  );
  await assertRefused(read("a.csv", many(5).replace("45", "nan")), "FormatError", /"y" of halo 0 is NaN/);
  await assertRefused(
    read("a.csv", many(5).replace("45", "")),
    "FormatError",
    /field 1 \("y"\) of line 2 must be a number, got ""/,
  );
  await assertRefused(
    read("a.csv", "x,y,z,m\n1,2\n"),
    "FormatError",
    /field 2 \("z"\) of line 2 .*, got only 2 fields/,
  );
  await assertRefused(read("a.csv", "# nothing\n"), "FormatError", /it has no rows/);
  await assertRefused(
    read("a.csv", CSV, { columns: { mass: "Mvir" } }),
    "InputError",
    /a column "Mvir", but it has "id", "X"/,
  );
  await assertRefused(
    read("a.csv", CSV, { columns: { mass: 5 } }),
    "InputError",
    /columns.mass must be a number from 0 to 4, got 5/,
  );
  await assertRefused(
    readHaloTable("/nowhere/halos.csv", box),
    "InputError",
    /Cannot read "\/nowhere\/halos.csv": there is no such file/,
  );
});
