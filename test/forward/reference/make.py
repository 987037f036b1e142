"""Cuts gradient_24.h5 out of the particle-mesh reference (set A, made by jax_fli 0.1.0 with JaxPM and jax_cosmo on a CPU in
float64): python make.py FOLDER_OF_SET_A. Loss: sum((density(a=1) - target)^2)/2/24^3 of the chain white noise, initial field,
2LPT at a = 0.1, five steps to 1; the power is linear in k between 128 points."""
import os
import sys

import h5py

source = h5py.File(os.path.join(sys.argv[1], "small_steps.h5"))
background = h5py.File(os.path.join(sys.argv[1], "background.h5"))
with h5py.File(os.path.join(os.path.dirname(__file__), "gradient_24.h5"), "w") as out:
    for name, data in {
        "white": source["white"],
        "target": source["grad/target"],
        "white_gradient": source["grad/dloss_dwhite"],
        "k": background["power/k_table"],
        "power": background["power/P_table"],
    }.items():
        out.create_dataset(name, data=data[...], compression="gzip", compression_opts=9, shuffle=True)
    for name in ["loss", "dloss_dsigma8", "fd_sigma8", "dloss_dOmega_c", "fd_Omega_c"]:
        out.attrs[name] = source["grad"].attrs[name]
