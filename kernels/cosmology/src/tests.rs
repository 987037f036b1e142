use crate::abundance::{conditional, Conditional, Multiplicity};
use crate::background::Background;
use crate::pieces::Column;
use crate::transfer::{Fit, Transfer};
use crate::variance::{nodes, variances, Spectrum, Window, NODES};
use crate::{collapse, growth, integrals, optical_depth};
use cosmesh_core::parallel::set_threads;

const MATTER: Background = Background { matter: 1.0, dark_energy: 0.0, curvature: 0.0, radiation: 0.0, w0: -1.0, wa: 0.0 };

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * b.abs(), "{a} {b} {}", (a - b) / b);
}

#[test]
fn matter_alone_is_analytic() {
    let table = integrals::table(&MATTER).unwrap();
    let growth = growth::table(&MATTER, table[1] as usize).unwrap();
    let column = |c| Column::new(&table, c);
    for u in [1e-12, 1e-6, 0.01, 0.3, 1.0, 5.0, 18.0] {
        let a = (-u as f64).exp();
        close(column(0).at(u), -2.0 * (-0.5 * u).exp_m1(), 1e-14);
        close(column(1).at(u), -2.0 / 3.0 * (-1.5 * u).exp_m1(), 1e-14);
        close(column(2).at(u), 2.0 / 3.0 * a.powf(1.5), 3e-14);
        for c in 0..3 {
            close(column(c).inverse(column(c).at(u)), u, if c == 2 { 1e-3_f64.min(4e-15 / u) } else { 3e-14 * u.exp() });
        }
        let exact = [a, a, -3.0 / 7.0 * a * a, -6.0 / 7.0 * a * a];
        for (c, exact) in exact.into_iter().enumerate() {
            close(Column::new(&growth, c).at(u), exact, 1e-12);
        }
        let a3 = a * a * a;
        for (c, exact) in [-a3 / 3.0, -a3, 10.0 / 21.0 * a3, 30.0 / 21.0 * a3].into_iter().enumerate() {
            close(Column::new(&growth, 4 + c).at(u), exact, 1e-12);
        }
    }
    assert!(column(0).inverse(2.1).is_nan() && column(2).inverse(0.7).is_nan());
}

#[test]
fn radiation_and_matter_grow_as_meszaros_found() {
    let b = Background { matter: 0.9999, radiation: 1e-4, ..MATTER };
    let table = growth::table(&b, 185).unwrap();
    for u in [0.0, 3.0, 8.0, 15.0] {
        close(Column::new(&table, 0).at(u), (-u as f64).exp() + 2.0 / 3.0 * b.radiation / b.matter, 1e-12);
    }
}

#[test]
fn a_constant_grows_by_its_integral() {
    // Heath (1977): D = 5/2 Om E int da/(aE)^3, by a fine midpoint rule in a^(5/2).
    let b = Background { matter: 0.3, dark_energy: 0.6, curvature: 0.1, ..MATTER };
    let table = growth::table(&b, 185).unwrap();
    for z in [0.0f64, 1.0, 9.0] {
        let (u, a) = (z.ln_1p(), 1.0 / (1.0 + z));
        let n = 20_000;
        let sum: f64 = (0..n)
            .map(|i| {
                let s = (f64::from(i) + 0.5) / f64::from(n);
                let x = a * s.powf(0.4);
                // dx = 2/5 a s^(-3/5) ds.
                let e3 = x * x * x * b.e2(-x.ln()).powf(1.5);
                0.4 * a * s.powf(-0.6) / e3 / f64::from(n)
            })
            .sum();
        close(Column::new(&table, 0).at(u), 2.5 * b.matter * b.e2(u).sqrt() * sum, 2e-7);
    }
}

#[test]
fn spherical_collapse_of_matter_alone() {
    for a in [1.0f64, 0.1] {
        let exact = 0.15 * (12.0 * std::f64::consts::PI).powf(2.0 / 3.0);
        close(collapse::critical_overdensity(&MATTER, 2.0 / 3.0 * a.powf(1.5), a), exact, 1e-13);
    }
}

#[test]
fn variance_of_power_laws_is_analytic_and_threads_do_not_matter() {
    // P = k^-1.5: sigma^2 = R^-1.5/(2 pi^2) int x^0.5 W^2 dx.
    let mut k = vec![0.0; NODES];
    nodes(&mut k);
    let power: Vec<f64> = k.iter().map(|k| k.powf(-1.5)).collect();
    let spectrum = Spectrum::new(&k, &power);
    let norm = 0.5 / std::f64::consts::PI.powi(2);
    // int x^0.5 exp(-x^2) dx = Gamma(3/4)/2; int_0^1 x^0.5 dx = 2/3; int x^0.5/(1 + x^4)^2 dx = B(3/8, 13/8)/4, by the
    // reflection of Gamma 5/8 pi/(4 sin(3 pi/8)).
    let gaussian = 0.5 * 1.225_416_702_465_177_6;
    let smooth = 0.625 * std::f64::consts::PI / (4.0 * (3.0 * std::f64::consts::PI / 8.0).sin());
    let cases = [(Window::Gaussian, gaussian), (Window::SharpK, 2.0 / 3.0), (Window::SmoothK(4.0), smooth)];
    let radii: Vec<f64> = (0..40).map(|i| 10f64.powf(-3.0 + 0.1 * f64::from(i))).collect();
    for (window, integral) in cases {
        let (mut s, mut d) = (vec![0.0; 40], vec![0.0; 40]);
        variances(&spectrum, window, &radii, &mut s, &mut d);
        for (i, r) in radii.iter().enumerate() {
            // Below the first node: (2/3) k_min^1.5.
            let exact = norm * (integral * r.powf(-1.5) - 2.0 / 3.0 * (-21.0f64).exp());
            close(s[i], exact, 1e-12);
            close(d[i], -1.5 * norm * integral * r.powf(-1.5), 1e-12);
        }
        for threads in [2, 3] {
            set_threads(threads);
            let (mut s2, mut d2) = (vec![0.0; 40], vec![0.0; 40]);
            variances(&spectrum, window, &radii, &mut s2, &mut d2);
            assert!(s == s2 && d == d2);
        }
        set_threads(1);
    }
    // The top-hat scales likewise, whatever panels its parts fall in.
    let (mut s, mut d) = (vec![0.0; 40], vec![0.0; 40]);
    variances(&spectrum, Window::TopHat, &radii, &mut s, &mut d);
    let scaled: Vec<f64> = s.iter().zip(&radii).map(|(s, r)| (s + norm * 2.0 / 3.0 * (-21.0f64).exp()) * r.powf(1.5)).collect();
    for i in 0..40 {
        close(scaled[i], scaled[0], 1e-10);
        close(d[i] * radii[i].powf(1.5), -1.5 * scaled[0], 1e-9);
    }
}

#[test]
fn transfer_functions_begin_at_one_and_agree_on_large_scales() {
    let p = [0.7, 0.3, 0.045, 2.7255];
    let [wiggle, smooth] = [Fit::Wiggle, Fit::Smooth].map(|fit| Transfer::new(fit, &p, p[3]));
    assert_eq!([wiggle.at(0.0), smooth.at(0.0)], [1.0, 1.0]);
    for k in [1e-300, 1e-8, 1e-5] {
        close(wiggle.at(k), 1.0, 1e-3);
        close(smooth.at(k), wiggle.at(k), 1e-3);
    }
    close(wiggle.at(5.0), smooth.at(5.0), 0.05);
}

#[test]
fn mass_functions_hold_all_mass_where_they_should() {
    // int f dln sigma = 1 over all sigma: Press-Schechter, Sheth-Tormen and ellipsoidal are normalised.
    for kind in 0..3 {
        let f = Multiplicity::new(kind, &[1.686, 0.0, 200.0, 0.3]);
        let n = 200_000;
        let (low, high) = (0.05f64.ln(), 1e12f64.ln());
        let h = (high - low) / f64::from(n);
        let sum: f64 = (0..n).map(|i| h * f.at((low + h * (f64::from(i) + 0.5)).exp())).sum();
        // nu^(1 - 2p) = 1e-12^0.4 of it lies beyond.
        close(sum, 1.0, if kind == 0 { 1e-8 } else { 1e-4 });
    }
}

#[test]
fn the_conditional_mass_function_is_zero_where_nothing_can_collapse() {
    let c = Conditional { sigma2: &[4.0, 1.0], slope: &[0.2, 0.3], scale: &[10.0, 5.0], environment: 1.0, delta_c: 1.686 };
    let mut out = [f64::NAN; 6];
    conditional(&c, &[0.0, 1.686, 2.0], &mut out);
    assert!(out[1..] == [0.0; 5]);
    let nu = 1.686 / 3f64.sqrt();
    close(out[0], 10.0 * 0.2 * 4.0 / 3.0 * (2.0 / std::f64::consts::PI).sqrt() * nu * (-0.5 * nu * nu).exp(), 1e-14);
}

#[test]
fn optical_depth_of_matter_alone() {
    // x = 1: int (1+z)^(1/2) dz = 2/3 ((1+z)^1.5 - 1).
    let z = [0.0, 3.0, 8.0];
    let mut out = [f64::NAN; 3];
    optical_depth::running(&MATTER, &z, &[1.0; 3], 0.0, 0.0, &mut out);
    close(out[1], 2.0 / 3.0 * 7.0, 1e-14);
    close(out[2], 2.0 / 3.0 * 26.0, 1e-14);
    optical_depth::running(&MATTER, &z, &[1.0; 3], 0.1, 3.0, &mut out);
    close(out[2], 2.0 / 3.0 * (1.2 * 7.0 + 1.1 * 19.0), 1e-14);
}
