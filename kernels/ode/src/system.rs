//! What a solver is given, and what it tells: the system of equations, the options, the state, the failures.

/// Why an integration ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The step wanted is less than ten times the spacing between numbers at `t`.
    StepTooSmall,
    /// As `StepTooSmall`, and the matrix of the Newton iterations was singular at the last trial.
    Singular,
    /// The right-hand side, or the Jacobian, has a value that is not finite where the solver cannot go around it.
    NonFinite,
    /// The host's function failed; the host knows why.
    Host,
    /// More steps were wanted than allowed.
    TooManySteps,
    /// LSODA's corrector did not converge in ten trials.
    Corrector,
    /// LSODA's error test failed in ten trials.
    ErrorTest,
    /// The tolerances ask for more digits than numbers have.
    Accuracy,
    /// A component and its absolute tolerance are zero, so that it has no tolerance.
    ZeroWeight,
}

impl Failure {
    /// Its number in `lib/ode/_kernel.ts`, where 0 is success.
    pub fn number(self) -> i32 {
        match self {
            Failure::StepTooSmall => 1,
            Failure::Singular => 2,
            Failure::NonFinite => 3,
            Failure::Host => 4,
            Failure::TooManySteps => 5,
            Failure::Corrector => 6,
            Failure::ErrorTest => 7,
            Failure::Accuracy => 8,
            Failure::ZeroWeight => 9,
        }
    }
}

/// A system of ordinary differential equations, dy/dt = f(t, y), of n components.
pub trait System {
    /// Fills `dy[n]` with f(t, y).
    ///
    /// # Errors
    /// `Failure::Host` when the host's function failed.
    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure>;

    /// Fills `jac[i * n + j]` with df_i/dy_j and returns true, or returns false: then differences are used.
    ///
    /// # Errors
    /// `Failure::Host` when the host's function failed.
    fn jacobian(&mut self, _t: f64, _y: &[f64], _jac: &mut [f64]) -> Result<bool, Failure> {
        Ok(false)
    }

    /// Whether `jacobian` fills in the same numbers always; it is then asked once, and not counted.
    fn constant_jacobian(&self) -> bool {
        false
    }
}

/// Options of all methods.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Relative tolerance; raised to 100 times the spacing at 1 if it is less.
    pub rtol: f64,
    /// Absolute tolerance of each component, or one for all.
    pub atol: &'a [f64],
    /// Longest step; infinite if not bounded.
    pub max_step: f64,
    /// First step, positive in either direction; chosen by the solver if none.
    pub first_step: Option<f64>,
}

impl<'a> Options<'a> {
    /// Steps chosen by the solver and not bounded.
    pub fn new(rtol: f64, atol: &'a [f64]) -> Self {
        Self { rtol, atol, max_step: f64::INFINITY, first_step: None }
    }
}

/// What was done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Evaluations of the right-hand side; those for differences are not counted.
    pub nfev: usize,
    /// Evaluations of the Jacobian.
    pub njev: usize,
    /// Decompositions of a matrix; Radau counts the real and the complex one.
    pub nlu: usize,
    /// Steps accepted.
    pub steps: usize,
}

/// Where a solver is; the part that all methods have.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Time reached.
    pub t: f64,
    /// Time before the last step.
    pub t_old: f64,
    /// Time that is not passed.
    pub t_bound: f64,
    /// 1 forward, -1 backward.
    pub direction: f64,
    /// Solution at `t`, n components.
    pub y: Vec<f64>,
    /// Length of the step to try next, or of the last that was tried when a step failed.
    pub h_abs: f64,
    /// Longest step.
    pub max_step: f64,
    /// Relative tolerance.
    pub rtol: f64,
    /// Absolute tolerance of each component.
    pub atol: Vec<f64>,
    /// What was done so far.
    pub counts: Counts,
}

impl State {
    /// Room for n components.
    pub fn new(n: usize) -> Self {
        Self { y: vec![0.0; n], atol: vec![0.0; n], direction: 1.0, ..Self::default() }
    }

    /// Sets all for a new start from `(t0, y0)`; `h_abs` is left to the method.
    pub fn start(&mut self, t0: f64, y0: &[f64], t_bound: f64, options: &Options) {
        self.t = t0;
        self.t_old = t0;
        self.t_bound = t_bound;
        self.direction = if t_bound < t0 { -1.0 } else { 1.0 };
        self.y.copy_from_slice(y0);
        self.max_step = options.max_step;
        self.rtol = options.rtol.max(100.0 * f64::EPSILON);
        for (i, a) in self.atol.iter_mut().enumerate() {
            *a = options.atol[if options.atol.len() == 1 { 0 } else { i }];
        }
        self.counts = Counts::default();
    }

    /// Whether the bound is reached.
    pub fn finished(&self) -> bool {
        self.y.is_empty() || self.direction * (self.t - self.t_bound) >= 0.0
    }

    /// Shortest step allowed from `t`: ten times the spacing between numbers.
    pub fn min_step(&self) -> f64 {
        let next = if self.direction > 0.0 { self.t.next_up() } else { self.t.next_down() };
        10.0 * (next - self.t).abs()
    }
}

/// A method that goes on step by step. One value may be started again and again, without new memory.
///
/// Methods are generic so that a right-hand side in Rust is inlined; `Solver` chooses a method at run time.
pub trait Stepper: Sized {
    /// Most rows of n numbers that `dense` writes after its header.
    const DENSE_ROWS: usize;

    /// Scratch for n components.
    fn new(n: usize) -> Self;

    /// Starts from `(t0, y0)` towards `t_bound`; evaluates f, and chooses the first step.
    ///
    /// # Errors
    /// `NonFinite` if f(t0, y0) or the Jacobian is not finite, and what the system fails with.
    fn start<S: System + ?Sized>(
        &mut self,
        system: &mut S,
        t0: f64,
        y0: &[f64],
        t_bound: f64,
        options: &Options,
    ) -> Result<(), Failure>;

    /// Makes one accepted step. Must not be called when `state().finished()`.
    ///
    /// # Errors
    /// As `Failure` says; the state stays at the last accepted step, `h_abs` tells the step that failed.
    fn step<S: System + ?Sized>(&mut self, system: &mut S) -> Result<(), Failure>;

    /// Where the solver is.
    fn state(&self) -> &State;

    /// Writes the interpolant of the last step into `segment`, of `dense::segment_len(Self::DENSE_ROWS, n)` numbers;
    /// `dense::evaluate` reads it. (DOP853 evaluates f three times for it.)
    ///
    /// # Errors
    /// What the system fails with.
    fn dense<S: System + ?Sized>(&mut self, system: &mut S, segment: &mut [f64]) -> Result<(), Failure>;
}
