import { MPC_CM } from "./constants.ts";

/** [Mpc/h] to [cm]: `h` is the reduced Hubble constant. */
export function mpchToCm(lengthMpch: number, h: number): number {
  return lengthMpch / h * MPC_CM;
}

/** Comoving [Mpc/h] to proper [Mpc/h] at redshift `z`. */
export function comovingToProper(lengthMpch: number, z: number): number {
  return lengthMpch / (1 + z);
}

/** Proper [Mpc/h] to comoving [Mpc/h] at redshift `z`. */
export function properToComoving(lengthProperMpch: number, z: number): number {
  return lengthProperMpch * (1 + z);
}
