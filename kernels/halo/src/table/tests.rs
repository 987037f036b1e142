use super::*;

/// sigma = sigma_env (M/M_env)^-0.1.
pub(crate) fn points(grid: &Masses, variance: f64, calibration: Option<Multiplicity>) -> Vec<[f64; 2]> {
    let mut masses = vec![0.0; grid.points()];
    grid.fill(&mut masses);
    let sigma: Vec<f64> = masses.iter().map(|m| (variance * (m / grid.environment).powf(-0.2)).sqrt()).collect();
    let slope = vec![-0.1; masses.len()];
    let mut points = vec![[0.0; 2]; masses.len()];
    let content = 2.0 * grid.environment;
    let from = Ingredients { masses: &masses, sigma: &sigma, slope: &slope, variance, delta_c: 1.686, content, calibration };
    weigh(grid, &from, &mut points);
    points
}

/// N(>M) by Simpson's rule with very many points, of the formula as it stands in the paper.
fn above(grid: &Masses, variance: f64, gap: f64, mass: f64) -> f64 {
    let n = 20_000;
    let (a, b) = ((mass / (grid.environment - mass)).ln(), (grid.high / (grid.environment - grid.high)).ln());
    let h = (b - a) / n as f64;
    let density = |r: f64| {
        let m = grid.environment / (1.0 + (-r).exp());
        let sigma2 = variance * (m / grid.environment).powf(-0.2);
        let s2 = sigma2 - variance;
        let nu = gap / s2.sqrt();
        let per_ln_m = 2.0 * grid.environment / m * 0.1 * sigma2 / s2 * (2.0 / std::f64::consts::PI).sqrt() * nu;
        per_ln_m * (-0.5 * nu * nu).exp() * (1.0 - m / grid.environment)
    };
    let odd: f64 = (0..n / 2).map(|i| density(a + h * (2 * i + 1) as f64)).sum();
    let even: f64 = (1..n / 2).map(|i| density(a + h * (2 * i) as f64)).sum();
    h / 3.0 * (density(a) + density(b) + 4.0 * odd + 2.0 * even)
}

#[test]
fn masses_and_numbers_are_those_of_the_integral() {
    // Environments near to the least mass and far above it, small and large variances, and a largest mass below the end.
    for (low, high, variance) in [
        (1e8f64, 0.999e10f64, 0.4f64),
        (1e8, 0.999e10, 0.02),
        (1e8, 1e9, 0.1),
        (8e9, 0.999e10, 0.1),
        (1e5, 0.999e10, 0.3),
    ] {
        let panels = (8.0 * ((high / (1e10 - high)) / (low / (1e10 - low))).ln()).ceil() as usize;
        let grid = Masses { environment: 1e10, low, high, panels };
        let points = points(&grid, variance, None);
        let mut rows = vec![0.0; 600 * row_len(panels)];
        build(&grid, &points, &mut rows);
        let plain = Table::new(grid, &points, &rows);
        let mut table = Table::new(grid, &points, &rows);
        table.invert();
        let mut worst = [0.0f64; 2];
        for gap in [1e-4, 0.003, 0.0221, 0.07, 0.31, 0.9, 1.686, 2.5, 3.7] {
            let place = table.place(gap);
            let exact = above(&grid, variance, gap, low);
            if exact < 1e-12 {
                continue;
            }
            assert!(table.mean(&place) <= table.bound(table.rows_to(gap))[0]);
            assert!(gap < 0.5 || table.bound(table.rows_to(gap))[0] < 2.0 * table.mean(&place));
            worst[0] = worst[0].max((table.mean(&place) / exact - 1.0).abs());
            for f in [1e-7, 1e-3, 0.02, 0.2, 0.5, 0.77, 0.95, 0.9999] {
                let mass = table.mass(&place, f * exact);
                // The error of the mass from that of the number: dN = -N' dM.
                let d = 1e-5 * mass.min(1e10 - mass);
                let slope = (above(&grid, variance, gap, mass - d) - above(&grid, variance, gap, mass + d)) / (2.0 * d);
                let error = (above(&grid, variance, gap, mass) - f * exact) / slope / mass;
                worst[1] = worst[1].max(error.abs());
                assert!(mass >= low && mass <= high);
                let exact = plain.mass(&place, f * exact);
                assert!((mass / exact - 1.0).abs() < 1.5e-5, "{mass} {exact}");
            }
        }
        assert!(worst[0] < 5e-7 && worst[1] < 3e-5, "{low} {high} {variance}: {worst:?}");
    }
}

#[test]
fn a_larger_number_has_a_smaller_mass() {
    let grid = Masses { environment: 1e10, low: 1e7, high: 0.999e10, panels: 110 };
    let points = points(&grid, 0.2, Some(Multiplicity::new(1, &[1.686, 0.0, 0.0, 0.0])));
    let mut rows = vec![0.0; 600 * row_len(grid.panels)];
    build(&grid, &points, &mut rows);
    let mut table = Table::new(grid, &points, &rows);
    table.invert();
    for gap in [1e-6, 0.01, 0.5, 1.7, 3.0] {
        let place = table.place(gap);
        let masses: Vec<f64> = (1..=2000).map(|i| table.mass(&place, table.mean(&place) * i as f64 / 2000.0)).collect();
        assert!(masses.windows(2).all(|w| w[0] > w[1]), "{gap}");
        assert!((masses[1999] / 1e7 - 1.0).abs() < 1e-9, "{}", masses[1999]);
    }
}
