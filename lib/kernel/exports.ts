// Written by `deno task kernels` from kernels/abi/src; not to be edited.
/** The exported functions of the binary. Addresses are byte offsets in the shared memory. */
export interface Exports {
  /** Fills `out[0..5]` with sum, sum of squared deviations, minimum, maximum and count of non-finite values. */
  array_stats_f32(data: number, len: number, out: number): void;
  /** As `array_stats_f32`. */
  array_stats_f64(data: number, len: number, out: number): void;
  /** Fills `out[0..7]` with what `array_stats_f32` gives, skewness and kurtosis. */
  array_moments_f32(data: number, len: number, out: number): void;
  /** As `array_moments_f32`. */
  array_moments_f64(data: number, len: number, out: number): void;
  /** Copies a box between strided places. `axes` holds, for each of `rank` axes, length and distances in items of source and destination. */
  array_copy(item: number, rank: number, axes: number, src: number, dst: number): void;
  /** Fills an array with function `op` of up to three others. `loops` holds the lengths of `rank` axes, then the distances of
   * neighbours of each of `count` operands; `types` their element types, 4 bits each, the result first. */
  array_elementwise(work: number, op: number, rank: number, loops: number, count: number, types: number, out: number, a: number, b: number, c: number): void;
  /** Reduces an array over some axes to float64; a Status. `kept` and `reduced` hold lengths of axes, then the distances of
   * neighbours in the array (and, for the kept ones, in the result). `means` may be 0. */
  array_reduce(op: number, dtype: number, src: number, kept: number, keptRank: number, reduced: number, reducedRank: number, means: number, out: number, results: number): number;
  /** Reduces an array as `array_reduce` and divides the results, which are float64 or with `narrow` float32; a Status. */
  array_reduce_to(op: number, dtype: number, src: number, kept: number, keptRank: number, reduced: number, reducedRank: number, divisor: number, narrow: number, out: number): number;
  /** Running sums along the middle axis of `[outer, n, inner]`; a Status. */
  array_cumulative_f32(src: number, len: number, n: number, inner: number, out: number): number;
  /** As `array_cumulative_f32`. */
  array_cumulative_f64(src: number, len: number, n: number, inner: number, out: number): number;
  /** Numbers in equal ratios: `start (stop / start)^(i / steps)`. */
  array_geomspace(start: number, stop: number, steps: number, out: number, len: number): void;
  /** Products of stacks of matrices. `shape` holds m, n, k and the distances of rows and columns of both factors; `batch` the
   * lengths of `rank` axes, then the distances in result and factors. */
  array_matmul_f32(shape: number, a: number, b: number, c: number, rank: number, batch: number): void;
  /** As `array_matmul_f32`. */
  array_matmul_f64(shape: number, a: number, b: number, c: number, rank: number, batch: number): void;
  /** Sorts each row of `[rows, n]` in place. */
  array_sort_f32(n: number, values: number, len: number): void;
  /** As `array_sort_f32`. */
  array_sort_f64(n: number, values: number, len: number): void;
  /** Stable order of each row of `[rows, n]`. */
  array_argsort(n: number, values: number, index: number, len: number): void;
  /** Places of `wanted` among sorted `values`. */
  array_search(values: number, n: number, wanted: number, len: number, right: number, out: number): void;
  /** Counts of values in bins, or sums of weights if `weights` is not 0. */
  array_histogram(values: number, len: number, weights: number, edges: number, bins: number, uniform: number, out: number): void;
  /** A quantity of the background (`Background::quantity`) at redshifts. */
  cosmology_quantity(p: number, which: number, z: number, n: number, out: number): void;
  /** Length of a table of `columns` columns whose pieces are halved `halvings` times. */
  cosmology_table_length(halvings: number, columns: number): number;
  /** Fills the table of integrals, of columns distance, lookback time, age; `room` is the length for the finest pieces. */
  cosmology_integrals(p: number, room: number, out: number): number;
  /** Fills the table of growth with as many pieces. */
  cosmology_growth(p: number, pieces: number, room: number, out: number): number;
  /** A column of a table at redshifts. */
  cosmology_look_up(table: number, length: number, column: number, z: number, n: number, out: number): void;
  /** Ratio of two columns of a table at redshifts. */
  cosmology_ratio(table: number, length: number, above: number, below: number, z: number, n: number, out: number): void;
  /** Redshifts at which a column of a table has values; NaN where it never has. */
  cosmology_inverse(table: number, length: number, column: number, values: number, n: number, out: number): void;
  /** Of comoving distances in c/H0: 0 the transverse distance, 1 the volume of the sphere. */
  cosmology_curved(p: number, volume: number, d: number, n: number, out: number): void;
  /** Critical overdensities of spherical collapse at ages (1/H0), with the growing mode there. */
  cosmology_collapse(p: number, ages: number, growth: number, n: number, out: number): void;
  /** Transfer function of Eisenstein and Hu at k in h/Mpc; `p`: h, Omega_m, Omega_b, T_cmb. */
  cosmology_transfer(p: number, smooth: number, k: number, n: number, out: number): void;
  /** `amplitude k^ns T^2`. */
  cosmology_power(k: number, transfer: number, n: number, amplitude: number, index: number, out: number): void;
  /** An elementary function of the library: 0 logarithm, 1 exponential, 2 cube root, 3 power 2/3. */
  cosmology_elementary(which: number, x: number, n: number, out: number): void;
  /** Number of nodes of the integrals over k. */
  cosmology_node_count(): number;
  /** Fills the nodes. */
  cosmology_nodes(out: number): void;
  /** `sigma^2(R)` and its derivative by ln R. `window`: 0 top-hat, 1 sharp-k, 2 smooth-k of slope `beta`, 3 Gaussian. */
  cosmology_variance(k: number, power: number, window: number, beta: number, r: number, n: number, sigma2: number, slope: number): void;
  /** `f(sigma)` of a mass function; `p`: delta_c, z, overdensity, Omega_m(z). */
  cosmology_multiplicity(kind: number, p: number, sigma: number, n: number, out: number): void;
  /** Linear bias. */
  cosmology_bias(kind: number, deltaC: number, overdensity: number, sigma: number, n: number, out: number): void;
  /** Conditional mass function, `[mass, delta]`. */
  cosmology_conditional(sigma2: number, slope: number, scale: number, masses: number, environment: number, deltaC: number, delta: number, n: number, out: number): void;
  /** Running integral of Thomson scattering from `z[0]`. */
  cosmology_scattering(p: number, z: number, x: number, n: number, helium: number, second: number, out: number): void;
  /** Address of a plan for f32, or 0 if there is no room for its tables. `axes` holds 1 for each axis to transform. */
  fft_plan_new_f32(shape: number, axes: number, rank: number, real: number): number;
  /** As `fft_plan_new_f32`, for f64. */
  fft_plan_new_f64(shape: number, axes: number, rank: number, real: number): number;
  /** Gives a plan back. */
  fft_plan_free_f32(plan: number): void;
  /** As `fft_plan_free_f32`. */
  fft_plan_free_f64(plan: number): void;
  /** Runs a plan, in place if `src` is `dst`; a Status. `inverse` is 0 for forward, 1 for inverse, and 2 for an inverse that may
   * use `src` as scratch. */
  fft_run_f32(plan: number, src: number, dst: number, inverse: number, scale: number): number;
  /** As `fft_run_f32`. */
  fft_run_f64(plan: number, src: number, dst: number, inverse: number, scale: number): number;
  /** Cosine transform of the first kind over the last three axes of `[count, a, b, c]` in place; a Status. */
  fft_dct1_f32(data: number, count: number, a: number, b: number, c: number, scale: number): number;
  /** As `fft_dct1_f32`. */
  fft_dct1_f64(data: number, count: number, a: number, b: number, c: number, scale: number): number;
  /** Copies `src` to `dst` with each axis mapped on its own. Axis i of `dst` has `counts[i]` of the `stretches` (count, from,
   * step); its neighbours lie `strides[i]` elements apart in `src`. Elements have 1, 2, 4, 8 or 16 bytes, as `fill` has. */
  fft_remap(bytes: number, src: number, srcLen: number, dst: number, dstLen: number, rank: number, strides: number, counts: number, stretches: number, fill: number): void;
  /** Address of tables for the middle axis of `[outer, n, inner]`, or 0 if there is no room for them. `kind` is 1 to 4 for
   * cosine transforms I to IV, 5 to 8 for sine transforms, 9 for Hartley. */
  fft_trig_new_f32(kind: number, n: number, outer: number, inner: number): number;
  /** As `fft_trig_new_f32`. */
  fft_trig_new_f64(kind: number, n: number, outer: number, inner: number): number;
  /** Gives tables back. */
  fft_trig_free_f32(trig: number): void;
  /** As `fft_trig_free_f32`. */
  fft_trig_free_f64(trig: number): void;
  /** Transforms `src` `[outer, points, inner]`, cut or filled with zeros to n points, to `dst` `[outer, n, inner]`, times `scale`; a
   * Status. `orthogonal` multiplies the ends by roots of 2. */
  fft_trig_run_f32(trig: number, src: number, dst: number, points: number, scale: number, orthogonal: number): number;
  /** As `fft_trig_run_f32`. */
  fft_trig_run_f64(trig: number, src: number, dst: number, points: number, scale: number, orthogonal: number): number;
  /** `a *= b`, or its conjugate, of complex `a` `[shape]`; `strides` are the rows of `b` between neighbours along each axis but the
   * last, 0 where `b` is the same for all. */
  fft_multiply_f32(a: number, b: number, bLen: number, shape: number, strides: number, rank: number, conjugate: number): void;
  /** As `fft_multiply_f32`. */
  fft_multiply_f64(a: number, b: number, bLen: number, shape: number, strides: number, rank: number, conjugate: number): void;
  /** Changes the sign of the imaginary parts of `len` complex numbers. */
  fft_conjugate_f32(data: number, len: number): void;
  /** As `fft_conjugate_f32`. */
  fft_conjugate_f64(data: number, len: number): void;
  /** Frequencies of `n` points to those of `m` points along the middle axis of complex `[outer, .., inner]`, which holds all of them,
   * or those from 0 to half if `half` is not 0. */
  fft_respectrum_f32(src: number, dst: number, outer: number, n: number, m: number, inner: number, half: number): void;
  /** As `fft_respectrum_f32`. */
  fft_respectrum_f64(src: number, dst: number, outer: number, n: number, m: number, inner: number, half: number): void;
  /** Re X - Im X at all frequencies of a real array of `shape`, from its half spectrum; `axes` holds 1 for each axis transformed. */
  fft_hartley_f32(spectrum: number, out: number, shape: number, axes: number, rank: number): void;
  /** As `fft_hartley_f32`. */
  fft_hartley_f64(spectrum: number, out: number, shape: number, axes: number, rank: number): void;
  /** Fills `out` with sum_j c_j a_t+j of `a` `[batch, shape]` and `c` `[kernels, taps]` where the kernel fits; `item` is 2 for complex
   * numbers, else 1. */
  fft_correlate_f32(a: number, c: number, out: number, batch: number, kernels: number, shape: number, taps: number, rank: number, item: number): void;
  /** As `fft_correlate_f32`. */
  fft_correlate_f64(a: number, c: number, out: number, batch: number, kernels: number, shape: number, taps: number, rank: number, item: number): void;
  /** Vectors less an origin, times a matrix `[3, 3]` from the right, in place. */
  galaxy_turn(count: number, vectors: number, origin: number, matrix: number): void;
  /** Fills a matrix `[3, 3]` with the rotation by Euler angles in degrees. */
  galaxy_euler(alpha: number, beta: number, gamma: number, out: number): void;
  /** Number of sums of `galaxy_moments`. */
  galaxy_moment_count(): number;
  /** Adds sums over stars within a radius; `within` is center, velocity and radius. */
  galaxy_moments(count: number, coords: number, velocity: number, mass: number, within: number, sums: number): void;
  /** Writes components of velocities of near stars to `out`, `[3, count]`; returns how many are near. */
  galaxy_near(count: number, coords: number, velocity: number, center: number, radius: number, bounds: number, out: number): number;
  /** Fills with distances from a center. */
  galaxy_radii(count: number, coords: number, center: number, out: number): void;
  /** Adds weights and numbers to bins of the digit after a prefix; the prefix is a key's two words and a number of digits. */
  galaxy_histogram(count: number, values: number, weights: number, high: number, low: number, digits: number, bins: number): void;
  /** Writes values with a prefix, and their weights, from place `at` on; returns the place after the last. */
  galaxy_collect(count: number, values: number, weights: number, high: number, low: number, digits: number, at: number, capacity: number, out: number, outWeights: number): number;
  /** Least values up to which weights sum to each of the ascending targets. */
  galaxy_reach(count: number, values: number, weights: number, below: number, targets: number, targetCount: number, out: number): void;
  /** Intervals of the table of `galaxy_model`. */
  galaxy_model_nodes(): number;
  /** Fills the table of a model, two numbers for each node; returns its half-mass radius. */
  galaxy_model(model: number, table: number): number;
  /** Fills with rows of a column of a model's stars or gas, from particle `first` on. */
  galaxy_synthetic(model: number, table: number, k0: number, k1: number, generator: number, column: number, gas: number, first: number, out: number, len: number): void;
  /** Number of points of a grid of masses. */
  halo_point_count(panels: number): number;
  /** Numbers of a row of the table. */
  halo_row_len(panels: number): number;
  /** Rows of a table that reaches up to a gap of `most`. */
  halo_row_count(most: number): number;
  /** Cells of a block. */
  halo_block_cells(): number;
  /** Fills with the masses of the points. */
  halo_masses(grid: number, out: number): void;
  /** Fills `points` and the rows of the table. `sums` is sigma^2 of the environment, delta_c, mean density times volume;
   * `model` the number of the mass function of the calibration, 0 for none. */
  halo_table(grid: number, mass: number, sigma: number, slope: number, sums: number, model: number, rows: number, points: number, table: number): void;
  /** Fills with the places for halos that each block of cells needs. */
  halo_rooms(delta: number, wide: number, first: number, count: number, cells: number, deltaC: number, grid: number, points: number, table: number, rows: number, rooms: number): void;
  /** Fills with the halos, those of block b of cells from place `starts[b]` on, and with the halos of each block and its cells
   * above the barrier; a block with more halos than places is not filled. `rates` is mean, scatter and two error functions;
   * `alphas` is 0, or has a place for each halo too. */
  halo_draw(delta: number, wide: number, first: number, count: number, cells: number, deltaC: number, grid: number, points: number, table: number, rows: number, boxSize: number, k0: number, k1: number, generator: number, starts: number, rates: number, positions: number, massesOut: number, alphas: number, counts: number): void;
  /** Fills with the mean number of halos in each cell. */
  halo_expected(delta: number, wide: number, first: number, count: number, cells: number, deltaC: number, grid: number, points: number, table: number, rows: number, out: number): void;
  /** Error functions of two numbers, in place. */
  halo_erf(x: number): void;
  /** The first entry of a forest whose progenitor is no entry or not earlier, or -1. */
  halo_tree_check(masses: number, redshifts: number, progenitors: number, n: number): number;
  /** Fills with the accretion rates of entries, NaN where there are too few progenitors. */
  halo_tree_fit(masses: number, redshifts: number, progenitors: number, n: number, entries: number, count: number, lookback: number, least: number, out: number): void;
  /** Bytes of a block of text. */
  halo_text_block(): number;
  /** Counts rows and lines of each block of text. */
  halo_text_count(text: number, len: number, counts: number): void;
  /** Fills with the numbers of columns; `faults` gets line (from 1 within the block) and field, or 0, of each block. */
  halo_text_fill(text: number, len: number, delimiter: number, columns: number, count: number, starts: number, rows: number, out: number, faults: number): void;
  /** Scales where matter becomes nonlinear: k, index and curvature for each square of growth; NaN where there are none. */
  halofit_scales(k: number, power: number, growth2: number, n: number, out: number): void;
  /** Turns linear power today `[redshift, k]` into that at redshifts: 0 linear, 1 Takahashi et al., 2 Smith et al. */
  halofit_apply(fit: number, scales: number, rows: number, redshifts: number, k: number, columns: number, power: number): void;
  /** Fills an image with weighted sums over wavelengths `from` to `to` of a cube `[spaxel, count]`. */
  ifu_weighted(wide: number, spaxels: number, count: number, cube: number, weights: number, from: number, to: number, out: number): void;
  /** Fills spectra `[bin, count]` with sums over the spaxels of each bin. */
  ifu_binned(wide: number, spaxels: number, count: number, cube: number, bins: number, binCount: number, out: number): void;
  /** Fills `bins` with the number of each spaxel's bin, and for each bin `place` (two numbers), `ratio` and `spaxels`, which have
   * room for as many as there are spaxels. Returns the number of bins, 0 if none reaches the target. */
  ifu_voronoi(nx: number, ny: number, signal: number, noise: number, target: number, weighted: number, iterations: number, bins: number, place: number, ratio: number, spaxels: number): number;
  /** Adds stars of a block to numbers of spaxels. `block` has rows of `capacity`: mass, metallicity, age, speed, depth. Without
   * light `sizes` are 0; else they are the nodes of metallicity and age, and 1 for each of them whose logarithm is interpolated
   * over; `light` has these nodes, then light `[metallicity, age]`. */
  ifu_gather(spaxels: number, capacity: number, block: number, start: number, order: number, sizes: number, light: number, state: number): void;
  /** Fills `tables`: coordinates of metallicities and ages, wavelengths, and inverse distances of these (one more). */
  ifu_tables(settings: number, metallicity: number, age: number, wavelength: number, tables: number): void;
  /** Fills spaxel, depth and, where there are velocities, speed of particles; `frame` has center, velocity and matrix. Returns
   * the least distance max(|x|, |y|) from the axis. */
  ifu_place(count: number, coords: number, velocity: number, frame: number, edges: number, side: number, margin: number, spaxel: number, depth: number, speed: number): number;
  /** Fills `start`, one more than `cells`, and `order` with the particles of each spaxel. */
  ifu_sort(count: number, spaxel: number, cells: number, start: number, order: number): void;
  /** Adds a block of stars to a cube `[spaxel, pixel]`, and to `clamped` how many have their metallicity, and their age, outside
   * of the templates. */
  ifu_paint(wide: number, settings: number, tables: number, flux: number, block: number, capacity: number, start: number, order: number, cells: number, curve: number, gasStart: number, gas: number, cube: number, clamped: number): number;
  /** Fills `out`, rows of `capacity`, with derivatives of the sum of weights `[spaxel, pixel]` times the cube by mass,
   * metallicity, age and velocity of the stars of a block; those outside of all spaxels are left as they are. */
  ifu_pull(wide: number, settings: number, tables: number, flux: number, block: number, capacity: number, start: number, order: number, cells: number, curve: number, gasStart: number, gas: number, weights: number, out: number): void;
  /** Fills spectra `[star, pixel]` and, unless the address is 0, derivatives `[star, 4, pixel]`; `block` has rows of `count`,
   * mass, metallicity, age and velocity. */
  ifu_spectra(wide: number, settings: number, tables: number, flux: number, count: number, block: number, out: number, slopes: number): void;
  /** Fills spectra `[star, wavelength]` of populations at rest, for each M_sun; `block` has rows of `count`, metallicity and age. */
  ifu_populations(wide: number, settings: number, tables: number, flux: number, count: number, block: number, out: number): void;
  /** Width over full width at half maximum: of Moffat's function, or of a Gaussian for `beta` 0. */
  ifu_psf_width(beta: number): number;
  /** [width] Radius that has all light but a share. */
  ifu_psf_radius(beta: number, outside: number): number;
  /** Fills `[2 radius + 1, 2 radius + 1]` with the weights of a point spread function. */
  ifu_psf_image(beta: number, width: number, radius: number, sampling: number, out: number): void;
  /** Fills `out`, `[y, x, wavelength]`, with `from` convolved; `shape` holds y and x of the input, of the output, and wavelengths.
   * `way`: 0 the fastest, 1 direct, 2 by transforms. */
  ifu_psf_convolve(wide: number, shape: number, shift: number, beta: number, width: number, planes: number, radius: number, sampling: number, way: number, from: number, out: number): number;
  /** Fills rows of `output` numbers from rows of `input`, each number spread by a Gaussian of its own; in place where `from` is 0. */
  ifu_lsf_convolve(wide: number, rows: number, input: number, output: number, crop: number, sigma: number, sigmas: number, radius: number, sampling: number, adjoint: number, from: number, out: number): number;
  /** Fills `[spaxel]` with sums over wavelength of `[spaxel, wavelength]`. */
  ifu_spaxel_sums(wide: number, spaxels: number, waves: number, flux: number, out: number): void;
  /** Adds noise to `[spaxel, wavelength]`, and fills the variance or adds to it. Tables with address 0 are zero. */
  ifu_noise_add(wide: number, key0: number, key1: number, generator: number, uniform: number, more: number, spaxels: number, waves: number, aperture: number, fraction: number, floor: number, slope: number, flux: number, variance: number): void;
  /** Fills maps `[source, ray]` with sums over planes `[plane, pixel]`, of a matrix `[source, plane]` and constants. */
  lensing_combine(wide: number, shape: number, fan: number, depth: number, sources: number, planes: number, matrix: number, constant: number, out: number): void;
  /** Fills `[source, plane]` with sums over rays of maps times planes, and `[source]` with those of maps. */
  lensing_products(wide: number, shape: number, fan: number, depth: number, sources: number, planes: number, bar: number, out: number, totals: number): void;
  /** Adds to planes `[plane, pixel]` the adjoint of `lensing_combine` and a constant for each. */
  lensing_adjoint(wide: number, shape: number, fan: number, depth: number, sources: number, matrix: number, constant: number, bar: number, out: number): void;
  /** Turns half spectra `[nx, ny/2 + 1]` of E and B modes to those of the components of shear, or back. The second side is
   * `aspect` times the first. */
  lensing_rotate(wide: number, nx: number, ny: number, aspect: number, back: number, first: number, second: number): void;
  /** Fills places `offset .. offset + count` of each row of `out` `[n, n, pitch]` with slices `first ..` of the fields `low` and
   * `high`, f64 when `wide` is not 0, else f32; `weights` holds `count` of the nearer field, then as many of the farther one. */
  lightcone_blend(wide: number, n: number, axis: number, low: number, high: number, first: number, weights: number, count: number, out: number, pitch: number, offset: number): void;
  /** Fills `out` with `field` of shape `[nx, ny, nz]` in redshift space, moved by `cells v (1 + second v)` cells along `axis`; field and `out` are f64
   * when bit 0 of `wide` is set, else f32, the velocity when bit 1 is. `particles` for each cell, or 0 for exact sums.
   * `Domain` if a number is not finite. */
  lightcone_redshift_space(wide: number, nx: number, ny: number, nz: number, axis: number, field: number, velocity: number, cells: number, second: number, mean: number, particles: number, out: number): number;
  /** Fills `out` `[n, n, n]` with slices `start ..` of `cone` `[n, n, slices]` without their mean (0 keeps it, 1 of each slice, 2 of
   * the chunk), tapered when `tapered` is not 0. */
  lightcone_chunk(cone: number, n: number, slices: number, start: number, mean: number, tapered: number, out: number): void;
  /** Looks for elements of `[count, m, n]` that are not finite or, for a tolerance of at least 0, not symmetric. */
  linalg_inspect_f32(count: number, m: number, n: number, a: number, tolerance: number, fault: number): void;
  /** As `linalg_inspect_f32`. */
  linalg_inspect_f64(count: number, m: number, n: number, a: number, tolerance: number, fault: number): void;
  /** Eigenvalues and eigenvectors (if `vectors` is not 0) of symmetric `[count, n, n]`. */
  linalg_eigh(count: number, n: number, a: number, values: number, vectors: number, fault: number): void;
  /** Eigenvalues and eigenvectors (if `vectors` is not 0) of symmetric `[count, 3, 3]`. */
  linalg_eigh3_f32(count: number, a: number, values: number, vectors: number): void;
  /** As `linalg_eigh3_f32`. */
  linalg_eigh3_f64(count: number, a: number, values: number, vectors: number): void;
  /** Lower Cholesky factors of `[count, n, n]`, in place. */
  linalg_cholesky(count: number, n: number, a: number, fault: number): void;
  /** Solves from Cholesky factors; `b` is `[count, n, columns]`, in place. */
  linalg_cholesky_solve(count: number, n: number, columns: number, l: number, b: number): void;
  /** LU factors of `[count, n, n]` in place, and the exchanged rows; with `whole` a pivot of 0 is a fault. */
  linalg_lu(count: number, n: number, a: number, pivots: number, whole: number, fault: number): void;
  /** Solves from LU factors; `b` is `[count, n, columns]`, in place. */
  linalg_lu_solve(count: number, n: number, columns: number, lu: number, pivots: number, b: number): void;
  /** Reduced QR factors of `[count, m, n]`. */
  linalg_qr(count: number, m: number, n: number, a: number, q: number, r: number): void;
  /** Reduced singular value decompositions of `[count, m, n]`. */
  linalg_svd(count: number, m: number, n: number, a: number, u: number, s: number, vh: number, fault: number): void;
  /** Solves a banded system; `b` is `[n, columns]`, in place. */
  linalg_banded(lower: number, upper: number, n: number, ab: number, columns: number, b: number, fault: number): void;
  /** Solves a positive definite banded system from its lower band, which is overwritten; `b` is `[n, columns]`, in place. */
  linalg_banded_positive(band: number, n: number, ab: number, columns: number, b: number, fault: number): void;
  /** Address of `bytes` bytes, all zero when `zero` is not 0; 0 when there is no room. */
  memory_alloc(bytes: number, zero: number): number;
  /** Gives back what `memory_alloc` gave for the same number of bytes. */
  memory_free(ptr: number, bytes: number): void;
  /** Bytes of the scratch that a kernel could last not have. */
  memory_refused(): number;
  /** Components of the cells with `x >= threshold`; `out` gets a handle and the number of components. */
  morphology_components_u8(x: number, n: number, threshold: number, out: number): number;
  /** As `morphology_components_u8`. */
  morphology_components_f32(x: number, n: number, threshold: number, out: number): number;
  /** As `morphology_components_u8`. */
  morphology_components_f64(x: number, n: number, threshold: number, out: number): number;
  /** Writes the label of each cell and the cells of each component. */
  morphology_components_fill(handle: number, labels: number, sizes: number): void;
  /** Frees what `morphology_components_*` found. */
  morphology_components_free(handle: number): void;
  /** Squared distance of each cell to the marked ones (those above 0) of `mask`. */
  morphology_distance(mask: number, n: number, out: number): number;
  /** As `morphology_distance`, up to `bound` cells. */
  morphology_distance_within(mask: number, n: number, bound: number, out: number): number;
  /** Fills shells around the marked cells with `excess`; `placed` gets what found room. */
  morphology_fill_f32(x: number, mask: number, n: number, excess: number, placed: number): number;
  /** As `morphology_fill_f32`. */
  morphology_fill_f64(x: number, mask: number, n: number, excess: number, placed: number): number;
  /** Spreads the excess of each region. `report` gets: 1 if all values are finite (else nothing was done), components, small
   * ones, cells of the largest, excess moved, sum before, 1 if all cells became 1. */
  morphology_spread_f32(x: number, n: number, threshold: number, limit: number, report: number): number;
  /** As `morphology_spread_f32`. */
  morphology_spread_f64(x: number, n: number, threshold: number, limit: number, report: number): number;
  /** Free paths of rays from places inside of the cells with `x >= threshold` (those below it if `below` is not 0) to the
   * nearest cell outside. `counts` gets the rays of each bin of length [cell]; `report` gets: 1 if all values are finite,
   * cells of the region, rays that ended, the sum of their lengths and of the squares, rays longer than `longest`. */
  morphology_rays_f32(x: number, n: number, threshold: number, below: number, k0: number, k1: number, generator: number, count: number, longest: number, edges: number, bins: number, counts: number, report: number): number;
  /** As `morphology_rays_f32`. */
  morphology_rays_f64(x: number, n: number, threshold: number, below: number, k0: number, k1: number, generator: number, count: number, longest: number, edges: number, bins: number, counts: number, report: number): number;
  /** Finds components within the planes from `first` on; `out` gets a handle and their number, `sums` the sum of each plane. */
  morphology_slab(x: number, n: number, first: number, planes: number, threshold: number, out: number, sums: number): number;
  /** Frees what `morphology_slab` made. */
  morphology_slab_free(handle: number): void;
  /** Cells of each component. */
  morphology_slab_sizes(handle: number, out: number): void;
  /** Runs of the last plane, or of the first: row in the plane, start, end, component. `out` has room for them, or is 0. */
  morphology_slab_face(handle: number, last: number, out: number): number;
  /** Pairs of components that touch: of the plane below, given by its runs, and of this rank. `out` has room for them, or is 0. */
  morphology_slab_pairs(handle: number, below: number, count: number, out: number): number;
  /** Sorts runs by region, `place` of each of `components`. */
  morphology_slab_group(handle: number, place: number, components: number, regions: number): number;
  /** Spreads the regions from `from` on that are `whole` here, adding what was moved to `report[0]`; the next numbers tell the
   * region that is not done, its excess and the bound at which other planes are needed. */
  morphology_slab_spread(handle: number, x: number, cells: number, from: number, whole: number, regions: number, report: number): number;
  /** This rank's part of a region: excess (whose cells become 1 if `take` is not 0), cells, runs, and for each place along each
   * axis 1 if it is used, `[3 + 3 n]`. */
  morphology_slab_take(handle: number, x: number, cells: number, region: number, take: number, n: number, out: number): void;
  /** Bound of the first try for a region. */
  morphology_slab_first_guess(cells: number, runs: number, excess: number): number;
  /** Bound of the next try. */
  morphology_slab_next_guess(bound: number): number;
  /** Bound beyond which distances are found along whole axes. */
  morphology_slab_far_bound(): number;
  /** Squared distance beyond which nothing is. */
  morphology_slab_farthest(n: number): number;
  /** Chooses the box around a region that uses places as `morphology_slab_take` gives them; `out` gets its first plane and its
   * planes. */
  morphology_slab_choose(handle: number, used: number, n: number, bound: number, out: number): void;
  /** Runs of a region in an arc of planes: row, start 2^16 + end. `out` has room for them, or is 0. */
  morphology_slab_runs(handle: number, region: number, lo: number, len: number, out: number): number;
  /** Finds distances up to `bound` in this rank's part of the box, from runs in rising order. */
  morphology_slab_near(handle: number, runs: number, count: number, bound: number): number;
  /** Distances within these planes to this rank's part of a region, `out` of so many cells. */
  morphology_slab_far_planes(handle: number, region: number, out: number, cells: number): void;
  /** Completes distances along the first axis of `data`, `[n, rows, n]`. */
  morphology_slab_far_rows(data: number, n: number, rows: number): void;
  /** Takes complete distances of these planes. */
  morphology_slab_far(handle: number, squares: number, cells: number): void;
  /** Sums the room of the shells `from..to` in this rank's blocks of planes. */
  morphology_slab_prepare(handle: number, x: number, cells: number, from: number, to: number): number;
  /** Continues sums of room by a part of this rank: `sums` is `[2, to - from]`, of whole blocks and of the one that is not
   * complete. */
  morphology_slab_sum(handle: number, x: number, cells: number, part: number, from: number, to: number, sums: number): void;
  /** Fills the shells below `last` on this rank, and that one by `share` of its room. */
  morphology_slab_fill(handle: number, x: number, cells: number, last: number, share: number): void;
  /** Address of a new solver of `n` components, or 0 if there is no room. `rhs` and `jacobian` are functions of the
   * host; `jacobian_kind` is 0 for none, 1 for a function, 2 for one that is constant. */
  ode_new(method: number, n: number, rhs: number, jacobian: number, jacobianKind: number): number;
  /** Gives a solver back. */
  ode_free(solver: number): void;
  /** Length of an interpolant. */
  ode_segment_len(solver: number): number;
  /** Starts from `(t0, y0)`; `first_step` 0 leaves the choice to the solver. `state` is as for `ode_step`. */
  ode_start(solver: number, t0: number, y0: number, tBound: number, rtol: number, atol: number, maxStep: number, firstStep: number, state: number): number;
  /** Makes a step and fills `state` with t, the time before, the next step, evaluations of f and of the Jacobian,
   * decompositions, steps, 1 if the bound is reached, and y. */
  ode_step(solver: number, state: number): number;
  /** Writes the interpolant of the last step, and `state` anew, as f may have been evaluated. */
  ode_dense(solver: number, segment: number, state: number): number;
  /** Evaluates interpolants of `len` numbers each: `out[point, component]` at `t[point]` by segment `which[point]`. */
  ode_evaluate(segments: number, count: number, len: number, which: number, t: number, points: number, n: number, out: number): void;
  /** Systems with a few parameters: 0 growth, 1 Robertson, 2 Lotka-Volterra, 3 van der Pol. */
  ode_batch_named(kind: number, parameters: number, parametersLen: number, sizes: number, control: number, spans: number, y0: number, times: number, atol: number, y: number, report: number): number;
  /** Networks of reactions: `orders` and `net` are `[reaction, species]`. */
  ode_batch_reactions(reactions: number, orders: number, net: number, rates: number, ratesLen: number, sizes: number, control: number, spans: number, y0: number, times: number, atol: number, y: number, report: number): number;
  /** Linear systems; `lengths` has knots and values of decay, source and factor. `exact` takes their integrating factor
   * instead of steps. */
  ode_batch_linear(exact: number, lengths: number, decayKnots: number, decay: number, sourceKnots: number, source: number, factorKnots: number, factor: number, sizes: number, control: number, spans: number, y0: number, times: number, atol: number, y: number, report: number): number;
  /** Adds `count` particles to a mesh `[nx, ny, nz]` over a box of `box_size`; if that is 0, positions are in cells. `order` is
   * 1 NGP, 2 CIC, 3 TSC, 4 PCS; positions are f64 when bit 0 of `wide` is set, else f32, mesh and masses when bit 1 is; an
   * address of 0 for `masses` means 1 each. If a number is not finite, `failed` becomes its kind (0 position, 1 mass) and the
   * particle's index. */
  paint_add(order: number, wide: number, boxSize: number, nx: number, ny: number, nz: number, positions: number, masses: number, count: number, mesh: number, failed: number): number;
  /** Fills `out` (of the mesh's type) with the mesh at `count` particles; the other arguments as for `paint_add`. */
  paint_read(order: number, wide: number, boxSize: number, nx: number, ny: number, nz: number, positions: number, out: number, count: number, mesh: number, failed: number): number;
  /** Fills `out[m]` with the window of a scheme at mode m of an axis of `n` cells. */
  paint_window(order: number, n: number, out: number, len: number): number;
  /** Fills `out` with `values / mean - 1`; f64 when `wide` is not 0, else f32. */
  paint_overdensity(wide: number, values: number, mean: number, out: number, len: number): void;
  /** `out` becomes `src` (or itself, for an address of 0) times `table[m^2]`, of 3 (n/2)^2 + 1 numbers. With an amplitude
   * above 0 each mode is first given that modulus. Spectra are `[n, rows, n/2 + 1]`, with the modes from `first` on along the
   * second axis. */
  pm_filter(wide: number, n: number, first: number, rows: number, table: number, amplitude: number, src: number, out: number): void;
  /** Second derivative, along the axes i <= j, of the potential of a source; spectra as of `pm_filter`. */
  pm_derivative(wide: number, n: number, first: number, rows: number, i: number, j: number, source: number, out: number): void;
  /** Spectrum of one component of a displacement in units of 2 pi/L of the mesh, as of `pm_displace`; spectra as of `pm_filter`. */
  pm_gradient(wide: number, n: number, first: number, rows: number, axis: number, one: number, second: number, thirdA: number, thirdB: number, coefficients: number, shift: number, out: number): void;
  /** A product of second derivatives at nodes: 0 S2, 1 S3a, 2 and 3 the parts of S3b, of which the second one is added. `first`
   * is `[6, count]`, `second` `[3, count]` for the parts of S3b. */
  pm_product(wide: number, which: number, first: number, second: number, out: number, count: number): void;
  /** Positions [cell] of the particles that start `shift` cells from the nodes of some planes, from `first` on: `factor` times
   * the displacements `[3, planes, n, n]` from there. */
  pm_positions(wide: number, n: number, first: number, planes: number, meshes: number, factor: number, shift: number, out: number): void;
  /** Fills `table[m^2]` with `factor` times the windows of a ball and a Gaussian [Mpc/h], of radius 0 for none; `unit` is
   * 2 pi/L. */
  pm_smoothing(unit: number, radius: number, gaussian: number, factor: number, table: number, len: number): void;
  /** Fills the sources of second and, where the addresses are not 0, third order. `scratch` has room for six spectra, `meshes`
   * for three. */
  pm_sources(wide: number, nx: number, ny: number, nz: number, delta: number, second: number, thirdA: number, thirdB: number, meshes: number, scratch: number): number;
  /** Components of a displacement: `scale` times the gradient of the sources with their coefficients, at the nodes plus `shift`
   * (0 or 1/2) cells along each axis. Bits 0 to 2 of `axes` tell which; `work` has room for a spectrum for each. It fills the
   * meshes `out`, `[axis, n, n, n]`, and (if there are three) `particles`, positions `[n^3, 3]` in cells, displaced from there,
   * where the addresses are not 0. Addresses of sources are 0 after the last one. */
  pm_displace(wide: number, n: number, axes: number, first: number, second: number, thirdA: number, thirdB: number, coefficients: number, scale: number, shift: number, work: number, out: number, cellsPerLength: number, particles: number): number;
  /** Fills the mesh `out` with a spectrum times `table[m^2]`; `work` has room for a spectrum. */
  pm_density(wide: number, n: number, table: number, spectrum: number, work: number, out: number): number;
  /** `momentum` becomes the mean velocity, `otherwise` where there is no mass. */
  pm_mean_velocity(wide: number, count: number, mass: number, otherwise: number, momentum: number): void;
  /** Moves `count` positions by what the meshes, `[3, n, n, n]`, have there, and wraps them into the box. Nodes of the meshes are
   * at whole cells plus `offset`. Positions are f64 where bit 0 of `wide` is set, meshes where bit 1 is. Returns the first
   * position that is not finite, or -1. */
  pm_move(wide: number, n: number, boxSize: number, offset: number, meshes: number, positions: number, count: number): number;
  /** Takes a drift by `d` back, with derivatives; returns that by `d`. */
  pm_adjoint_drift(wide: number, shape: number, x: number, p: number, xBar: number, pBar: number, d: number): number;
  /** Takes a kick by the force back, with derivatives, and where bit 0 of `flags` is set the drift by `d` before it; a Status. `density` and `phi_bar` are meshes of scalars, `vectors` one of vectors, for scratch; `Green` says what the numbers of
   * the filter are. `out` becomes: the first particle whose displacement is not finite or -1, the derivatives by a factor of the force and by `d`, and
   * (where bit 1 is set) those by `gravity`, `correction`, `low` and `high`. */
  pm_adjoint_kick(wide: number, shape: number, x: number, p: number, xBar: number, pBar: number, density: number, phiBar: number, vectors: number, gravity: number, split: number, difference: number, correction: number, low: number, high: number, d: number, flags: number, out: number): number;
  /** Adds to `x_bar` the derivatives by displacements of the sum of `values`, `[nx, ny, nz]`, times the painted particles. */
  pm_adjoint_density(wide: number, shape: number, values: number, x: number, xBar: number): void;
  /** Solves laplace phi = S per cell. S is the mesh `from`, or what the padded `work` holds where that address is 0; phi is left
   * in `work`, or in the mesh `out` where that is not 0. */
  pm_source_potential(wide: number, nx: number, ny: number, nz: number, from: number, work: number, out: number): number;
  /** A source from potentials: 0 S2, 1 S3a, 2 S3b, which needs the second potential too. */
  pm_source(wide: number, nx: number, ny: number, nz: number, which: number, one: number, two: number, out: number): void;
  /** Displacements and momenta, `[3, nx, ny, nz]`, of the first `parts` potentials, by differences between cells; or, where the
   * address of `work`, a padded mesh, is not 0, of half spectra of sources, by exact derivatives. Factors are those of the
   * table: one row of `2 parts` numbers, or rows for distances 0, step ... [cell] to the observer. */
  pm_displacements(wide: number, nx: number, ny: number, nz: number, parts: number, table: number, entries: number, step: number, x: number, y: number, z: number, one: number, two: number, threeA: number, threeB: number, work: number, displacement: number, momentum: number): number;
  /** Fills `out`, as long as the table, with the derivative by the table of the loss whose derivatives by displacements and
   * momenta are the bars; other arguments as of `pm_displacements`. */
  pm_growth_adjoint(wide: number, nx: number, ny: number, nz: number, parts: number, table: number, entries: number, step: number, x: number, y: number, z: number, one: number, two: number, threeA: number, threeB: number, work: number, barDisplacement: number, barMomentum: number, out: number): number;
  /** The padded mesh `out` becomes the derivative by potential `part` of the loss whose derivatives by displacements and momenta
   * are the bars; where `spectral` is not 0, the half spectrum of that by source `part`. `work` is a padded mesh. */
  pm_divergence(wide: number, spectral: number, nx: number, ny: number, nz: number, parts: number, table: number, entries: number, step: number, x: number, y: number, z: number, part: number, barDisplacement: number, barMomentum: number, work: number, out: number): number;
  /** Adds to the padded mesh `out` the derivative by the potential `one` that derivatives by sources give: `factor` times
   * `second`, that by S2; and, where the addresses are not 0, those by S3a and S3b, with the second potential. `work` has room
   * for two padded meshes. */
  pm_source_adjoint(wide: number, nx: number, ny: number, nz: number, one: number, second: number, factor: number, thirdA: number, thirdB: number, two: number, work: number, out: number): void;
  /** Fills six padded meshes with the second derivatives of the potential of a source, a half spectrum. */
  pm_second_derivatives(wide: number, nx: number, ny: number, nz: number, source: number, out: number): number;
  /** As `pm_source_adjoint`, but added to the half spectrum of the derivative by a source, of whose potential `six` are the
   * second derivatives, and `other` those of the second potential. `work` is a padded mesh. */
  pm_spectral_source_adjoint(wide: number, nx: number, ny: number, nz: number, six: number, second: number, factor: number, thirdA: number, thirdB: number, other: number, work: number, out: number): number;
  /** The half spectrum `data` becomes its padded mesh, or the mesh `out` does where that address is not 0. */
  pm_inverse(wide: number, nx: number, ny: number, nz: number, data: number, out: number): number;
  /** The mesh `out` becomes `from` with its modes multiplied by a table: of m^2 in units of 2 pi/(cell lcm(nx, ny, nz)) where
   * `step` is 0, else of m at 0, step ..., linear in between. `work` has room for a padded mesh. */
  pm_filter_mesh(wide: number, nx: number, ny: number, nz: number, table: number, len: number, step: number, from: number, work: number, out: number): number;
  /** Derivative by the numbers of the table of the loss whose derivative by the mesh of `pm_filter_mesh` is `bar`. `work` has
   * room for two padded meshes. */
  pm_table_gradient(wide: number, nx: number, ny: number, nz: number, table: number, len: number, step: number, from: number, bar: number, work: number, gradient: number): number;
  /** Turns modes of a density into those of its potential. See `Green` for the numbers. */
  pm_potential_part(wide: number, nx: number, ny: number, nz: number, part: number, gravity: number, split: number, difference: number, correction: number, low: number, high: number, data: number): void;
  /** Multiplies modes by a table as that of `pm_filter_mesh`. */
  pm_filter_part(wide: number, nx: number, ny: number, nz: number, part: number, table: number, len: number, step: number, data: number): void;
  /** Fills a mesh of scalars with the particles of each cell (CIC). Returns the first particle that is not finite, or -1. */
  pm_paint(wide: number, shape: number, displacement: number, out: number): number;
  /** As `pm_paint`, a mesh of vectors with the vectors `[3, nx, ny, nz]` of the particles. */
  pm_paint_vectors(wide: number, shape: number, displacement: number, vectors: number, out: number): number;
  /** Turns a density, a mesh of scalars, into its potential; a Status. See `Green` for the numbers. */
  pm_potential(wide: number, shape: number, gravity: number, split: number, difference: number, correction: number, low: number, high: number, data: number): number;
  /** Fills a mesh of vectors with `factor` times the gradient (four points) of a mesh of scalars. */
  pm_mesh_gradient(wide: number, shape: number, factor: number, scalars: number, out: number): void;
  /** Fills a mesh of scalars with `factor` times the divergence (four points) of a mesh of vectors. */
  pm_mesh_divergence(wide: number, shape: number, factor: number, vectors: number, out: number): void;
  /** p += `kick` F(x), then x += `drift` p, with F a mesh of vectors, read by CIC; for an address `p` of 0, x += `kick` F(x). */
  pm_kick_drift(wide: number, shape: number, force: number, kick: number, drift: number, x: number, p: number): void;
  /** x += `drift` p, of `count` numbers. */
  pm_drift(wide: number, count: number, drift: number, x: number, p: number): void;
  /** To be called once, by the main thread: keeps the text of a panic where the host can read it. */
  pool_init(): void;
  /** Address of the text of the last panic (UTF-8). */
  pool_text(): number;
  /** Length of the text in bytes; 0 if nothing panicked since the last call. */
  pool_take_text_len(): number;
  /** Sets how many threads regions may use, the caller included. */
  pool_set_threads(threads: number): void;
  /** Most threads of a pool. */
  pool_max_threads(): number;
  /** Address of the worker slots, one i32 each: 1 while a worker is starting or serving. */
  pool_slots(): number;
  /** The life of a worker: serves parallel regions until it was idle for a while. */
  pool_worker_loop(index: number): void;
  /** To be called by a worker whose loop ended in a trap. */
  pool_worker_failed(index: number): void;
  /** To be called by the main thread after a trap, before any other call. */
  pool_recover(): void;
  /** Runs a region that adds 1 to each of `len` numbers, `rounds` times; used to measure and test the pool.
   * Block `trap_at` panics (pass a number above the count of blocks to let none do so). */
  pool_probe(data: number, len: number, rounds: number, trapAt: number): void;
  /** Fills `out`, `[planes, bins]`, with the sum of `Re(a conj(b))` times the window factors over the modes of each bin, but
   * mode 0, for each of the planes of x from `first` on. The spectra are `[planes, n, n/2 + 1]` pairs, f64 when `wide` is not
   * 0, else f32; `window` has n/2 + 1 factors, `limits` has bins + 1 bounds. */
  power_sums(wide: number, n: number, first: number, planes: number, a: number, b: number, window: number, limits: number, bins: number, out: number): void;
  /** Fills `out`, `[planes, across, along]`, with the sums of `power_sums` over bins across and along `axis`; `across` holds
   * bounds of squared whole wavenumbers, `along` bounds of whole wavenumbers. */
  power_cylindrical(wide: number, n: number, first: number, planes: number, axis: number, a: number, b: number, window: number, across: number, acrossBins: number, along: number, alongBins: number, out: number): void;
  /** Fills `out`, `[planes, bins, 3]`, with the sums of `power_sums` times mu^0, mu^2 and mu^4; mu is the cosine of the angle
   * to `axis`. */
  power_multipoles(wide: number, n: number, first: number, planes: number, axis: number, a: number, b: number, window: number, limits: number, bins: number, out: number): void;
  /** Fills `out` with the sums over planes of `[count, width]` numbers, added pairwise. */
  power_add_planes(planes: number, count: number, width: number, out: number): void;
  /** Fills `counts` with the modes of each bin (full sphere) and `lengths` with the sum of their lengths |m|. */
  power_modes(n: number, limits: number, bins: number, counts: number, lengths: number): void;
  /** Fills `edges` with powers of ten from `least` to `most`, evenly spaced in the exponent (as NumPy's logspace of log10). */
  power_log_edges(least: number, most: number, edges: number, len: number): void;
  /** Nodes in (-1, 1), rising, and weights of the Gauss-Legendre rule of `n` points. */
  quadrature_legendre(n: number, nodes: number, weights: number): void;
  /** Integrals `[outer, inner]` of samples `[outer, n, inner]`. `rule`: 0 trapezoid, 1 Simpson, 2 Romberg. The samples are
   * `step` apart if `even` is not 0, else at `x`. */
  quadrature_samples_f64(rule: number, y: number, outer: number, n: number, inner: number, even: number, step: number, x: number, out: number): void;
  /** As `quadrature_samples_f64`. */
  quadrature_samples_f32(rule: number, y: number, outer: number, n: number, inner: number, even: number, step: number, x: number, out: number): void;
  /** Running integrals `[outer, n - 1, inner]` of samples `[outer, n, inner]`, or `[outer, n, inner]` beginning with `initial`
   * if `keep` is not 0. `rule`: 0 trapezoid, 1 Simpson. Spacing as of `quadrature_samples_f64`. */
  quadrature_cumulative_f64(rule: number, y: number, outer: number, n: number, inner: number, even: number, step: number, x: number, keep: number, initial: number, out: number): void;
  /** As `quadrature_cumulative_f64`. */
  quadrature_cumulative_f32(rule: number, y: number, outer: number, n: number, inner: number, even: number, step: number, x: number, keep: number, initial: number, out: number): void;
  /** The kernel of a radial profile on the octant of a periodic mesh of `n`^3 cells (n even), or its spectrum if `spectral`
   * is not 0. `radii` [cell] and `values` have `nodes` numbers, `out` has (n/2 + 1)^3. */
  radial_kernel(radii: number, values: number, nodes: number, n: number, spectral: number, out: number): number;
  /** Bins of halos: `out` `[halo]` gets -1 for those not painted and -2 for lost ones; `counts` the halos of each bin and, at
   * its end, the lost ones. `edges` are the mass edges `[alpha bin, massBins + 1]`. */
  radiation_bins(masses: number, alphas: number, halos: number, least: number, most: number, alphaEdges: number, alphaBins: number, edges: number, massBins: number, out: number, counts: number): void;
  /** Sorts halos by row; `out` gets a handle. `positions` are `[halo, 3]`, `bins` -1 for halos that are not painted. */
  radiation_halos_f32(positions: number, count: number, n: number, boxSize: number, bins: number, out: number): number;
  /** As `radiation_halos_f32`. */
  radiation_halos_f64(positions: number, count: number, n: number, boxSize: number, bins: number, out: number): number;
  /** Frees what `radiation_halos_*` made. */
  radiation_halos_free(handle: number): void;
  /** As `radiation_halos_f32`, of halos at nodes: `halos` are pairs x 2^16 + y, bin 2^s + z, where 2^s is the power of two from
   * n on. `counts` are the halos of `bins` bins, on all ranks. */
  radiation_halos_nodes(halos: number, count: number, n: number, counts: number, bins: number, out: number): number;
  /** Distance along an axis [cell] to which the bubbles of each bin reach, -1 where there are none; 1 if they fit into the mesh. */
  radiation_reaches(n: number, radii: number, counts: number, bins: number, cell: number, out: number): number;
  /** Paints bubbles of radius `radii[bin]` into `out` `[planes, n, n]`, the planes from `first` on; `fits` gets 0 if they exceed
   * the mesh (then all is 1). */
  radiation_bubbles(handle: number, radii: number, bins: number, cell: number, first: number, planes: number, out: number, fits: number): void;
  /** Paints heating and Lyman-alpha coupling on padded meshes `[n, n, n + 2]`. Radii are in cells; rows are `[bin, node]`.
   * `report` gets the bins that hold halos and the transforms made. */
  radiation_paint(handle: number, bins: number, heatRadii: number, heatRows: number, heatNodes: number, heatLeast: number, alphaRadii: number, alphaRows: number, alphaNodes: number, tolerance: number, heat: number, alpha: number, work: number, report: number): number;
  /** Prepares profiles for any part of a mesh, of which there are `counts` halos in each of `bins` bins; arguments as of
   * `radiation_paint`. `out` gets a handle, `report` the bins that hold halos, the basis profiles, and those of both fields. */
  radiation_shapes(n: number, counts: number, bins: number, heatRadii: number, heatRows: number, heatNodes: number, heatLeast: number, alphaRadii: number, alphaRows: number, alphaNodes: number, tolerance: number, out: number, report: number): number;
  /** Frees what `radiation_shapes` made. */
  radiation_shapes_free(handle: number): void;
  /** Kernels of the group of basis profiles that begins at `next`, transformed along two axes: `out` `[kernel, planes, q, q]`
   * are the planes of the octants from `first` on, q = n/2 + 1. `group` gets the end of the group, and the fields. */
  radiation_shapes_planes(handle: number, next: number, n: number, first: number, planes: number, out: number, group: number): void;
  /** Columns that must begin at a multiple of this in `radiation_shapes_columns`, for the bits of whole octants. */
  radiation_shapes_alignment(): number;
  /** Ends what `radiation_shapes_planes` began, for kernel `which` of the group: `data` `[q, columns]` are columns of the
   * octant `[q, q q]` from `first` on. */
  radiation_shapes_columns(handle: number, next: number, which: number, n: number, first: number, columns: number, data: number): void;
  /** What halos put into their cells for a basis profile, on the planes `first..` that `out` `[planes, n, n]` holds. */
  radiation_scatter(handle: number, halos: number, profile: number, first: number, planes: number, out: number): void;
  /** Adds a spectrum `[n, rows, n/2 + 1]`, whose modes along the second axis begin at `first`, times one kernel or two to sums
   * of that shape, or sets them. The kernels are columns from `column` on, as `radiation_shapes_columns` has them. */
  radiation_accumulate(n: number, first: number, rows: number, column: number, columns: number, spectrum: number, heatKernel: number, alphaKernel: number, heat: number, alpha: number, sets: number): void;
  /** Temperature of `heat`, whose rows have `padded` numbers, without padding, on so many planes; limits `x`; `sums` gets the
   * sums of both over each plane. */
  radiation_finish_temperature(n: number, padded: number, planes: number, b: number, least: number, heat: number, temperature: number, x: number, delta: number, sums: number): void;
  /** Means of temperature and ionised fraction by their sums over all `n` planes. */
  radiation_means(n: number, sums: number, means: number): void;
  /** Coupling of `photons`, whose rows have `padded` numbers, on so many planes; they become the brightness temperature without
   * padding. `s_alpha` and `collisions` are values for the whole box, or NaN. */
  radiation_finish_coupling(n: number, padded: number, planes: number, b: number, sAlpha: number, collisions: number, photons: number, temperature: number, coupling: number, x: number, delta: number): void;
  /** A derived field of finished ones, all `[cells]`: 0 x_c, 1 x_alpha + x_c, 2 dTb, 3 dTb of neutral gas, 4 dTb saturated. */
  radiation_derive(which: number, b: number, collisions: number, temperature: number, xAlpha: number, x: number, delta: number, cells: number, out: number): number;
  /** S_alpha of one temperature [K] and ionised fraction. */
  radiation_s_alpha(z: number, temperature: number, x: number): number;
  /** Collisional coupling of one temperature [K], ionised fraction and overdensity. */
  radiation_collisional_coupling(b: number, temperature: number, x: number, delta: number): number;
  /** Prepares profiles; `out` gets a handle, `sizes` the numbers of efficiencies, radii and Lyman-alpha radii. */
  radiation_solver(numbers: number, count: number, redshifts: number, nz: number, alphaEdges: number, edges: number, out: number, sizes: number): number;
  /** Axes of the profiles: efficiencies, both radii, and mass edges `[edge, alphaEdge, z]`. */
  radiation_solver_axes(handle: number, efficiencies: number, radii: number, lyman: number, edges: number): void;
  /** Fills `out` `[bin, z]` with radii of bubbles. */
  radiation_solver_bubbles(handle: number, out: number): number;
  /** Fills `xray` and `heat` `[r, bin, z]` for the radii `first..end`. */
  radiation_solver_heat(handle: number, first: number, end: number, xray: number, heat: number): number;
  /** Fills `out` `[lyr, bin, z]` with Lyman-alpha photons for the radii `first..end`. */
  radiation_solver_photons(handle: number, first: number, end: number, out: number): void;
  /** Frees what `radiation_solver` made. */
  radiation_solver_free(handle: number): void;
  /** A function of sources by its number in `lib/radiation/_kernel.ts`, for up to three arguments `[n]`. */
  radiation_source(which: number, numbers: number, count: number, n: number, x: number, y: number, w: number, out: number): void;
  /** Replaces rays at the plane before by those at the next one. `flags`: 1 bilinear, 2 with transport of frames; `maps` are five
   * addresses: deflection along colatitude and longitude, convergence, shear 1 and 2. */
  lensing_rays_advance(wide: number, order: number, flags: number, q: number, s: number, maps: number, now: number, before: number): void;
  /** Fills `[4, ray]` with convergence, shear 1 and 2, and rotation of sources beyond the plane. */
  lensing_rays_observe(wide: number, order: number, flags: number, q: number, s: number, maps: number, now: number, before: number, out: number): void;
  /** 32-bit words. */
  rng_bits32(k0: number, k1: number, generator: number, offset: number, out: number, len: number): void;
  /** 64-bit words. */
  rng_bits64(k0: number, k1: number, generator: number, offset: number, out: number, len: number): void;
  /** Uniform numbers of [low, high). */
  rng_uniform_f64(k0: number, k1: number, generator: number, offset: number, low: number, high: number, out: number, len: number): void;
  /** As `rng_uniform_f64`. */
  rng_uniform_f32(k0: number, k1: number, generator: number, offset: number, low: number, high: number, out: number, len: number): void;
  /** Normal numbers. */
  rng_normal_f64(k0: number, k1: number, generator: number, offset: number, mean: number, std: number, out: number, len: number): void;
  /** As `rng_normal_f64`. */
  rng_normal_f32(k0: number, k1: number, generator: number, offset: number, mean: number, std: number, out: number, len: number): void;
  /** Lognormal numbers exp(mean + sigma g). */
  rng_lognormal_f64(k0: number, k1: number, generator: number, offset: number, mean: number, sigma: number, out: number, len: number): void;
  /** As `rng_lognormal_f64`. */
  rng_lognormal_f32(k0: number, k1: number, generator: number, offset: number, mean: number, sigma: number, out: number, len: number): void;
  /** Exponential numbers of mean `scale`. */
  rng_exponential_f64(k0: number, k1: number, generator: number, offset: number, scale: number, out: number, len: number): void;
  /** As `rng_exponential_f64`. */
  rng_exponential_f32(k0: number, k1: number, generator: number, offset: number, scale: number, out: number, len: number): void;
  /** `count` unit vectors, `[count, 3]`. */
  rng_directions_f64(k0: number, k1: number, generator: number, offset: number, out: number, count: number): void;
  /** As `rng_directions_f64`. */
  rng_directions_f32(k0: number, k1: number, generator: number, offset: number, out: number, count: number): void;
  /** Whole numbers low + 0..bound, bound up to 2^53. */
  rng_integers(k0: number, k1: number, generator: number, offset: number, low: number, bound: number, kind: number, out: number, len: number): void;
  /** Poisson numbers of one mean. */
  rng_poisson(k0: number, k1: number, generator: number, offset: number, mean: number, kind: number, out: number, len: number): void;
  /** Poisson numbers of `len` means, which the kernel reads. */
  rng_poisson_each(k0: number, k1: number, generator: number, offset: number, means: number, kind: number, out: number, len: number): void;
  /** The first `len` elements of a permutation of 0..n; a Status. */
  rng_permutation(k0: number, k1: number, generator: number, n: number, kind: number, out: number, len: number): number;
  /** Shuffles `bytes / width` rows of `width` bytes. */
  rng_shuffle(k0: number, k1: number, generator: number, width: number, rows: number, bytes: number): void;
  /** Places of `n` weights, each with its probability; a Status. */
  rng_weighted(k0: number, k1: number, generator: number, offset: number, weights: number, n: number, kind: number, out: number, len: number): number;
  /** As `rng_weighted`, no place twice. */
  rng_weighted_different(k0: number, k1: number, generator: number, weights: number, n: number, kind: number, out: number, len: number): number;
  /** Length of a table of integrals (0) or of growth (1) with partial derivatives. */
  sensitivity_table_length(which: number, pieces: number): number;
  /** Fills a table of integrals (0) or of growth (1). */
  sensitivity_table(which: number, p: number, pieces: number, room: number, out: number): number;
  /** Rows of quantities at scale factors, `[a, quantity, value and partials]`. */
  sensitivity_rows(p: number, integrals: number, integralsLength: number, growth: number, growthLength: number, a: number, n: number, out: number): void;
  /** Linear power with partials, `[k, value and partials]`; `p`: matter, baryons, h, ns, sigma8. */
  sensitivity_power(smooth: number, p: number, tCmb: number, k: number, n: number, out: number): void;
  /** Fills `out` `[shells, px, py]` with slabs along z. `Domain` if a number is not finite. */
  shells_flat(wide: number, nx: number, ny: number, nz: number, displacement: number, momentum: number, weights: number, images: number, shells: number, points: number, setup: number, px: number, py: number, out: number): number;
  /** Adds to the cotangents of displacement, momentum and weights (addresses of the last two may be 0) from `maps`
   * `[shells, px, py]`. */
  shells_flat_adjoint(wide: number, nx: number, ny: number, nz: number, displacement: number, momentum: number, weights: number, images: number, shells: number, points: number, setup: number, px: number, py: number, maps: number, toDisplacement: number, toMomentum: number, toWeights: number): void;
  /** Fills `out` `[shells, pixels]` of nside 2^order, RING, with shells round the observer: scheme 0 nearest, 1 bilinear, 2 a
   * Gaussian of `sigma` [rad]. `Domain` if a number is not finite. */
  shells_spherical(wide: number, nx: number, ny: number, nz: number, displacement: number, momentum: number, weights: number, images: number, shells: number, points: number, setup: number, order: number, kind: number, sigma: number, out: number): number;
  /** Adds to the cotangents, as `shells_flat_adjoint`, from `maps` `[shells, pixels]` of `shells_spherical`. */
  shells_spherical_adjoint(wide: number, nx: number, ny: number, nz: number, displacement: number, momentum: number, weights: number, images: number, shells: number, points: number, setup: number, order: number, kind: number, sigma: number, maps: number, toDisplacement: number, toMomentum: number, toWeights: number): void;
  /** Fills with the pixels of `count` colatitudes and longitudes. */
  sphere_angles_to_pixels(order: number, nested: number, theta: number, phi: number, out: number, count: number): number;
  /** Fills with the pixels of `count` vectors `[point, 3]`. */
  sphere_vectors_to_pixels(order: number, nested: number, vectors: number, out: number, count: number): number;
  /** Fills with what belongs to `count` pixels: 0 colatitude and longitude, 1 vector, 2 number in the other order, 3 neighbours, and
   * from 4 on the vectors of points on the edges, `what` - 3 for each of the four. */
  sphere_of_pixels(what: number, order: number, nested: number, pixels: number, out: number, count: number): number;
  /** Fills with the four pixels and weights, `[point, 4]` each, of colatitudes and longitudes. */
  sphere_weights(order: number, nested: number, theta: number, phi: number, pixels: number, weights: number, count: number): number;
  /** Fills with bilinear values of a map, of f64 where `wide` is not 0. */
  sphere_interpolate(wide: number, order: number, nested: number, map: number, theta: number, phi: number, out: number, count: number): number;
  /** Fills with a map in the other order than `nested` says. */
  sphere_reorder(wide: number, order: number, nested: number, map: number, out: number): void;
  /** Fills with `factor` times a map in another resolution. */
  sphere_grade(wide: number, order: number, nested: number, orderOut: number, nestedOut: number, factor: number, strict: number, map: number, out: number): void;
  /** Number of RING pixels in a disc, of which the first `room` are written. */
  sphere_disc(order: number, x: number, y: number, z: number, radius: number, inclusive: number, out: number, room: number): number;
  /** Largest angle from a pixel's centre to its edge [rad]. */
  sphere_largest_radius(order: number): number;
  /** Colatitude [rad] of the centres of a ring. */
  sphere_ring_theta(order: number, ring: number): number;
  /** Fills an image `[width, height]` with a map seen in a projection (0 Mollweide, 1 orthographic, 2 gnomonic). `theta` and
   * `phi` are in the middle, east is to the right for 1 and to the left for -1; `reach` is the coordinate at the right edge, of a
   * gnomonic view half its angle. */
  sphere_project(wide: number, order: number, nested: number, kind: number, width: number, height: number, reach: number, theta: number, phi: number, east: number, bilinear: number, map: number, out: number): void;
  /** Coefficients to maps; a Status. */
  sphere_synthesise(wide: number, nside: number, lmax: number, mmax: number, spin: number, alm0: number, alm1: number, map0: number, map1: number): number;
  /** Maps, times the weights of pairs of rings, to coefficients; a Status. */
  sphere_analyse(wide: number, nside: number, lmax: number, mmax: number, spin: number, map0: number, map1: number, weights: number, alm0: number, alm1: number): number;
  /** The method by which intervals of these knots are found: 1 uniform, 2 logarithmic, 3 arbitrary; 0 if `method` does not
   * suit them. `method` 0 chooses. */
  spline_method(x: number, n: number, method: number): number;
  /** Coefficients `[interval, power, column]`. `kind`: 0 linear, 1 cubic, 2 Akima, 3 modified Akima, 4 PCHIP. Of a cubic
   * spline `start` and `end` tell the conditions: 0 not-a-knot, 1 and 2 the derivative of that order with values
   * `[column]`, 3 periodic (both). */
  spline_coefficients(kind: number, x: number, n: number, y: number, columns: number, start: number, startValues: number, end: number, endValues: number, out: number): void;
  /** Values `[point, column]`. `policy`: 0 extrapolate, 1 constant, 2 periodic, 3 `fill`. */
  spline_evaluate_f64(x: number, n: number, c: number, powers: number, columns: number, method: number, policy: number, fill: number, points: number, len: number, out: number): void;
  /** As `spline_evaluate_f64`. */
  spline_evaluate_f32(x: number, n: number, c: number, powers: number, columns: number, method: number, policy: number, fill: number, points: number, len: number, out: number): void;
  /** Index of the first point outside of `[first, last]`, or `len`. */
  spline_outside_f64(first: number, last: number, points: number, len: number): number;
  /** As `spline_outside_f64`. */
  spline_outside_f32(first: number, last: number, points: number, len: number): number;
  /** Integrals `[pair, column]` from `a[i]` to `b[i]`; `policy` as of `spline_evaluate_f64`. */
  spline_integrate(x: number, n: number, c: number, powers: number, columns: number, method: number, policy: number, fill: number, a: number, b: number, len: number, out: number): void;
  /** Nodes `[nx, ny, 4]` of the bicubic surface through `values` `[nx, ny]`. */
  spline_bicubic(x: number, nx: number, y: number, ny: number, values: number, out: number): void;
  /** Values of a surface, or of a derivative, at points (`grid` 0, `lx = ly`) or on a grid `[lx, ly]`. `policy`: 0
   * extrapolate, 1 constant, 3 `fill`. */
  spline_surface_f64(x: number, nx: number, y: number, ny: number, nodes: number, cubic: number, nuX: number, nuY: number, policy: number, fill: number, px: number, lx: number, py: number, ly: number, grid: number, out: number): void;
  /** As `spline_surface_f64`. */
  spline_surface_f32(x: number, nx: number, y: number, ny: number, nodes: number, cubic: number, nuX: number, nuY: number, policy: number, fill: number, px: number, lx: number, py: number, ly: number, grid: number, out: number): void;
  /** Integral of a surface over `[x0, x1]` times `[y0, y1]`. */
  spline_surface_integral(x: number, nx: number, y: number, ny: number, nodes: number, cubic: number, policy: number, fill: number, x0: number, x1: number, y0: number, y1: number): number;
  /** Fills `[metallicity, age, wavelength]` with the spectra of synthetic populations; f64 where `wide` is not 0, else f32. */
  stellar_synthetic(wide: number, metallicities: number, ages: number, wavelengths: number, metallicity: number, age: number, wavelength: number, out: number): number;
  /** Fills A(lambda)/A(V) at wavelengths [Angstrom] by the law of Cardelli 1989 (0), Calzetti 2000 (1) or Gordon 2023 (2). */
  stellar_extinction(law: number, rv: number, n: number, wavelength: number, out: number): void;
  /** Counts gas in cells of the sky; `found` becomes the place of the first position that is not finite, else `n`. */
  dust_count(frame: number, edges: number, side: number, margin: number, n: number, coords: number, count: number, found: number): number;
  /** Writes depth and extinction of gas to its places among `total`. The law is 0: abundance of oxygen with five numbers, 1: ratio, 2: share of the metals;
   * without `oxygen` the abundance follows from the metallicity. `found` as above, for all that is used of the gas. */
  dust_fill(frame: number, edges: number, side: number, margin: number, n: number, coords: number, mass: number, metallicity: number, hydrogen: number, oxygen: number, law: number, parameters: number, factor: number, total: number, next: number, z: number, column: number, found: number): number;
  /** Sorts the gas of each cell by depth and sums its extinction from the front. */
  dust_sum(cells: number, total: number, start: number, z: number, column: number): void;
}
