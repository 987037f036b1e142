//! Initial density fields and Lagrangian perturbation theory.
