//! Networks of reactions by mass action: `dy_i/dt = sum_r net[r, i] k_r prod_j y_j^orders[r, j]`.

use crate::system::{Failure, System};

/// The reactions, the same for all systems.
pub struct Network {
    reactions: Vec<Reaction>,
}

struct Reaction {
    /// Species and its order, where that is not 0.
    reactants: Vec<(usize, u32)>,
    /// Species and what a reaction adds to it, where that is not 0.
    changes: Vec<(usize, f64)>,
}

impl Network {
    /// From orders and changes, both `[reaction, species]`.
    pub fn new(orders: &[u32], net: &[f64], species: usize) -> Self {
        let reactions = orders.chunks_exact(species).zip(net.chunks_exact(species)).map(|(orders, net)| Reaction {
            reactants: orders.iter().copied().enumerate().filter(|&(_, order)| order > 0).collect(),
            changes: net.iter().copied().enumerate().filter(|&(_, change)| change != 0.0).collect(),
        });
        Self { reactions: reactions.collect() }
    }

    /// Number of reactions.
    pub fn len(&self) -> usize {
        self.reactions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.reactions.is_empty()
    }
}

/// A system: the network with its rate constants.
pub struct Reactions<'a> {
    pub network: &'a Network,
    pub rates: &'a [f64],
}

fn power(y: f64, order: u32) -> f64 {
    (1..order).fold(y, |product, _| product * y)
}

impl System for Reactions<'_> {
    fn rhs(&mut self, _t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        dy.fill(0.0);
        for (reaction, &rate) in self.network.reactions.iter().zip(self.rates) {
            let flow = reaction.reactants.iter().fold(rate, |flow, &(j, order)| flow * power(y[j], order));
            for &(i, change) in &reaction.changes {
                dy[i] += change * flow;
            }
        }
        Ok(())
    }

    fn jacobian(&mut self, _t: f64, y: &[f64], jac: &mut [f64]) -> Result<bool, Failure> {
        jac.fill(0.0);
        for (reaction, &rate) in self.network.reactions.iter().zip(self.rates) {
            for &(j, order) in &reaction.reactants {
                let inner = f64::from(order) * if order > 1 { power(y[j], order - 1) } else { 1.0 };
                let others = reaction.reactants.iter().filter(|&&(k, _)| k != j);
                let slope = others.fold(rate * inner, |slope, &(k, order)| slope * power(y[k], order));
                for &(i, change) in &reaction.changes {
                    jac[i * y.len() + j] += change * slope;
                }
            }
        }
        Ok(true)
    }
}
