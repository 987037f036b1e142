import assert from "node:assert/strict";
import { DensityField, FlatField, ParticleField, readField, SphericalField } from "../../lib/fields/mod.ts";
import { openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../runner/support.ts";
import { good, run, shown } from "./_reionization.ts";

await ready({ threads: 1 });

/** A run of 16^3 particles in two shells, of all targets. */
const CONFIG = {
  pipeline: "lightcone",
  simulation: { mesh: 16, box: 160 },
  evolution: { a_step: 0.1 },
  shells: { targets: ["spherical", "flat", "density", "particles"], count: 2, nside: 8 },
  analysis: { png_scale: 0.5 },
  lensing: { source_redshifts: [0.02], smail: [2, 1.5, 0.01], top_hat: [0.01, 0.02], shear: true },
};

/** Runs `body` in a folder with run.json. */
function configured(body: (folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(CONFIG));
    await body(folder);
  });
}

Deno.test("precompute, paint and analyse a small light-cone; nothing is done twice, and threads change no bit", () =>
  configured(async (folder) => {
    const out = `${folder}/out`;
    await good(folder, "precompute", "run.json", "-q");
    assert.deepEqual(Object.keys(await shown(out)).sort(), ["background.h5", "initial_field.h5"]);
    {
      using file = await openHdf5(`${out}/background.h5`);
      const a = file.readNumbers("background/a", { unit: "1" });
      const [growth, chi] = ["D1", "chi"].map((name) => file.readNumbers(`background/${name}`));
      const last = a.length - 1;
      assert.deepEqual([a[last], chi[last]], [1, 0]);
      assert.ok(Math.abs(growth[last] - 1) < 1e-12 && growth[0] > 0);
    }
    const { stderr } = await good(folder, "paint", "run.json", "--threads", "1");
    assert.match(stderr, /initial: nothing has changed/);
    const painted = await shown(out);
    const fields = await Promise.all(CONFIG.shells.targets.map((name) => readField(`${out}/shells_${name}.h5`)));
    const [spherical, flat, density, particles] = fields;
    assert.ok(spherical instanceof SphericalField && flat instanceof FlatField);
    assert.ok(density instanceof DensityField && particles instanceof ParticleField);
    assert.deepEqual(fields.map(({ array }) => array.shape), [[2, 768], [2, 16, 16], [2, 16, 16, 16], [
      2,
      3,
      16,
      16,
      16,
    ]]);
    for (const { meta } of fields) {
      // Shells of 40 Mpc/h up to the reach of 80 Mpc/h, near to far.
      assert.deepEqual([[...meta.centers!], [...meta.widths!]], [[20, 60], [40, 40]]);
      assert.ok(meta.scaleFactors![0] > meta.scaleFactors![1] && meta.status === "lightcone");
    }
    // One particle for each cell; one for each (10 Mpc/h)^3 in slabs that together are half of the box.
    for (const mean of density.mean({ perShell: true })) assert.ok(Math.abs(mean - 1) < 1e-6);
    assert.ok(Math.abs(flat.mean() - 1e-3) < 2e-4, String(flat.mean()));
    assert.deepEqual([spherical.unit, flat.unit, density.unit, particles.unit], [
      ...["density", "density", "counts", "gridRelative"],
    ]);

    await good(folder, "paint", "run.json", "--threads", "2", "--out", "again", "-q");
    const again = await shown(`${folder}/again`);
    for (const [name, digest] of Object.entries(again)) assert.equal(digest, painted[name], name);

    await good(folder, "analyse", "run.json", "-q");
    const names = Object.keys(await shown(out));
    for (const name of ["statistics.h5", "spectra.csv", "convergence.h5", "report.html", "figures/power.svg"]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
    }
    using file = await openHdf5(`${out}/statistics.h5`);
    const [k, linear] = [file.readNumbers("power/k", { unit: "h/Mpc" }), file.readArray("power/P_linear")];
    assert.deepEqual(linear.shape, [2, k.length]);
    // The longest waves are those of the initial field, grown by linear theory; a box of 16 cells has 18 modes there.
    const [transfer, coherence] = ["transfer", "coherence"].map((name) => file.readNumbers(`power/${name}`));
    assert.ok(Math.abs(transfer[0] - 1) < 0.1 && coherence[0] > 0.95, `${transfer[0]} ${coherence[0]}`);
    for (const kind of ["spherical", "flat", "kappa_spherical", "kappa_flat", "shear_spherical"]) {
      const last = kind === "spherical" || kind === "flat" ? 1 : 2;
      const [l, power] = ["l", "C"].map((name) => file.readNumbers(`angular/${kind}/${last}/${name}`));
      assert.ok(l.length === power.length && power.every((c) => c > 0), kind);
    }
    // C_EE = (l + 2)(l - 1)/(l (l + 1)) C_kappa, from l = 2 on.
    const [e, kappa] = ["shear", "kappa"].map((name) => file.readNumbers(`angular/${name}_spherical/1/C`));
    for (let l = 2; l <= 8; l++) {
      const expected = (l + 2) * (l - 1) / (l * (l + 1)) * kappa[l - 1];
      assert.ok(Math.abs(e[l - 2] / expected - 1) < 0.02, `${l}: ${e[l - 2]} ${expected}`);
    }
    using shear = await readField(`${out}/shear.h5`, "gamma2_flat");
    assert.deepEqual([shear.array.shape, shear.meta.status], [[3, 16, 16], "gamma"]);
    const report = await Deno.readTextFile(`${out}/report.html`);
    assert.match(report, /16 × 16 × 16 particles in a box of 160 × 160 × 160 Mpc\/h/);
    assert.match((await good(folder, "analyse", "run.json")).stderr, /analyse: nothing has changed/);
  }));

Deno.test("a light-cone by perturbation theory alone, with shells of one volume round a corner", () =>
  configured(async (folder) => {
    const settings = [
      ...["evolution.solver=lpt", "evolution.order=2", "simulation.observer=[0, 0, 0]", "shells.spacing=volume"],
      ...["shells.min_width=20", 'shells.targets=["spherical"]'],
    ];
    await good(folder, "paint", "run.json", "-q", ...settings.flatMap((text) => ["--set", text]));
    using field = await readField(`${folder}/out/shells_spherical.h5`);
    const { centers, widths } = field.meta;
    const volumes = Array.from(centers!, (c, i) => (c + widths![i] / 2) ** 3 - (c - widths![i] / 2) ** 3);
    assert.ok(Math.abs(volumes[0] / volumes[1] - 1) < 1e-12);
    // From a corner the cone reaches a whole side, and an eighth of the sky is inside of the box; periodic copies are not.
    assert.ok(Math.abs(centers![1] + widths![1] / 2 - 160) < 1e-9);
  }));

Deno.test("without noise nothing moves: one particle in each cell, also where particles drift and boxes are repeated", () =>
  configured(async (folder) => {
    await writeHdf5(`${folder}/noise.h5`, (file) => {
      file.writeArray("noise", new Float32Array(16 ** 3), { shape: [16, 16, 16] });
    });
    const settings = [
      ...["initial.noise=noise.h5", "shells.drift=true", "shells.tiling=telephoto", "shells.centers=[20, 60, 100]"],
      ...["evolution.solver=driftDoubleKick", "evolution.correction=pgd", 'shells.targets=["flat", "density"]'],
    ];
    await good(folder, "paint", "run.json", "-q", ...settings.flatMap((text) => ["--set", text]));
    using density = await readField(`${folder}/out/shells_density.h5`);
    using flat = await readField(`${folder}/out/shells_flat.h5`);
    assert.deepEqual([density.min(), density.max(), density.shells], [1, 1, 3]);
    // Four planes of the lattice in each slab of 40 Mpc/h, and a particle for each (10 Mpc/h)^3.
    assert.ok(Math.abs(flat.min() - 1e-3) < 1e-9 && Math.abs(flat.max() - 1e-3) < 1e-9, `${flat.min()} ${flat.max()}`);
  }));

Deno.test("rays that shells deflect see about what straight ones see", () =>
  configured(async (folder) => {
    const settings = [
      ...["lensing.source_redshifts=[0.02, 0.025]", "lensing.smail=[]", "lensing.top_hat=[]"],
      'shells.targets=["spherical"]',
    ];
    const maps: Float64Array[] = [];
    for (const method of ["born", "raytrace"]) {
      const args = [...settings, `lensing.method=${method}`].flatMap((text) => ["--set", text]);
      await good(folder, "analyse", "run.json", "-q", "--out", method, ...args);
      using kappa = await readField(`${folder}/${method}/convergence.h5`, "spherical");
      assert.deepEqual(kappa.array.shape, [2, 768]);
      maps.push(Float64Array.from(kappa.array.data as Float32Array));
    }
    const [straight, traced] = maps;
    const square = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0);
    assert.ok(square(traced.map((v, i) => v - straight[i])) < 0.01 * square(straight));
    using file = await openHdf5(`${folder}/raytrace/statistics.h5`);
    const [e, b] = ["C", "C_B"].map((name) => file.readNumbers(`angular/shear_spherical/1/${name}`));
    assert.ok(b.every((c, i) => c < 1e-2 * e[i]));
    using rotation = await readField(`${folder}/raytrace/shear.h5`, "rotation_spherical");
    assert.ok(rotation.std() > 0);
  }));

Deno.test("what cannot be simulated is refused in a line that names the key", () =>
  configured(async (folder) => {
    const cases: [string[], RegExp][] = [
      [
        ["simulation.observer=[0.5, 0.5, 1.5]"],
        /"simulation\.observer" must be a list of numbers of at least 0 and at most 1/,
      ],
      [
        ["simulation.mesh=[16, 16, 32]"],
        /"simulation\.mesh" must be of the same proportions as "simulation\.box" so that/,
      ],
      [["simulation.box=[160, 160]"], /"simulation\.box" must be one number or three, got 2/],
      [["shells.nside=12"], /"shells\.nside" must be a power of two, got 12/],
      [
        ['shells.targets=["sphere"]'],
        /"shells\.targets" must be words out of spherical, flat, density, particles, got "sphere"/,
      ],
      [
        ["shells.centers=[30, 90]"],
        /"shells\.centers" must end within the reach of the box, 80 Mpc\/h, got shells up to 120 Mpc\/h/,
      ],
      [["shells.centers=[60, 30]"], /"shells\.centers" must rise/],
      [
        ["evolution.a_start=0.99"],
        /"evolution\.a_start" must be before all shells: the farthest shell is seen at a = 0\.9/,
      ],
      [["shells.spacing=volume"], /shells of at least shells\.min_width must fit into the reach/],
      [["shells.tiling=onion"], /"shells\.tiling" must be "none" or "telephoto" for flat maps, got "onion"/],
      [["cosmology.omega_b=0.9"], /Cannot use run\.json: "cosmology\.omega_b" must be between 0 and 0\.3111, got 0\.9/],
      [["initial.noise=none.h5"], /none\.h5/],
      [["lensing.smail=[2, 1.5]"], /"lensing\.smail" must have 3 numbers for each map, got 2/],
      [["lensing.smail=[2, 0, 1]"], /"lensing\.smail" must have beta and z0 above 0, got 0 and 1/],
      [["lensing.top_hat=[0.2, 0.1]"], /"lensing\.top_hat" must have the lower redshift first, got 0\.2 and 0\.1/],
      [["lensing.method=raytrace"], /"lensing\.method" must be "born" for sources spread over redshifts/],
    ];
    for (const [settings, message] of cases) {
      const args = settings.flatMap((text) => ["--set", text]);
      const { code, stderr, stdout } = await run(folder, "paint", "run.json", ...args, "-q", "--threads", "1");
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.ok(!stderr.trim().includes("\n"), stderr);
    }
  }));

Deno.test("a pipeline's name stands for its built-in example, and goes with --preset", () =>
  inFolder(async (folder) => {
    const settings = ["--set", "simulation.mesh=16", "--set", "shells.count=1"];
    const { stdout } = await good(folder, "precompute", "lightcone", "--preset", "small", ...settings);
    assert.match(stdout, /next: deno task paint lightcone --preset small --set simulation\.mesh=16/);
    using field = await readField(`${folder}/out/initial_field.h5`);
    assert.deepEqual([field.meta.mesh, field.meta.boxSize], [[16, 16, 16], [250, 250, 250]]);
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(CONFIG));
    const { code, stderr } = await run(folder, "paint", "run.json", "--preset", "small");
    assert.equal(code, 2);
    assert.match(stderr, /Cannot use --preset small with run\.json: it changes the built-in example; leave CONFIG out/);
  }));
