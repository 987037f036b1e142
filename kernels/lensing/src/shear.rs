//! Shear and convergence on a plane (Kaiser & Squires 1993, ApJ 404, 441).

use cosmesh_core::number::Number;
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::SharedMut;

/// Lines of modes that one block holds.
const BLOCK: usize = 16;

/// cos and sin of twice the angle of a wave vector, with whole wavenumbers `m` along axes of `n` pixels whose sides are as
/// 1 to `aspect`. The sine is 0 where a wavenumber is n/2, whose sign is open; both are 0 for the mean.
#[inline(always)]
fn turn(m: [usize; 2], n: [usize; 2], aspect: f64) -> [f64; 2] {
    let [x, y] = [0, 1].map(|i| if 2 * m[i] > n[i] { m[i] as f64 - n[i] as f64 } else { m[i] as f64 });
    let y = y / aspect;
    let square = x * x + y * y;
    if square == 0.0 {
        return [0.0; 2];
    }
    let open = 2 * m[0] == n[0] || 2 * m[1] == n[1];
    [(x * x - y * y) / square, if open { 0.0 } else { 2.0 * x * y / square }]
}

/// Turns two half spectra `[nx, ny/2 + 1]` of a plane, E and B modes, to those of the components of shear, gamma1 + i gamma2 =
/// exp(2 i angle) (E + i B), or back.
pub fn rotate<R: Number>(n: [usize; 2], aspect: f64, back: bool, first: &mut [R], second: &mut [R]) {
    let modes = n[1] / 2 + 1;
    let sign = if back { -1.0 } else { 1.0 };
    let [first, second] = [first, second].map(SharedMut::new);
    for_each_range(n[0], BLOCK, |_, range| {
        for i in range {
            // SAFETY: each line belongs to one block.
            let [a, b] = [first, second].map(|spectrum| unsafe { spectrum.part(2 * i * modes, 2 * modes) });
            for (j, (a, b)) in a.chunks_exact_mut(2).zip(b.chunks_exact_mut(2)).enumerate() {
                let [cos, sin] = turn([i, j], n, aspect);
                let sin = sign * sin;
                for part in 0..2 {
                    let (x, y) = (a[part].wide(), b[part].wide());
                    a[part] = R::round(cos * x - sin * y);
                    b[part] = R::round(sin * x + cos * y);
                }
            }
        }
    });
}
