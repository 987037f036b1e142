"""Small arrays in NumPy's formats for test/halo/table_test.ts; prints them as base64: python make_arrays.py > arrays.json."""

import base64
import io
import json

import numpy as np

x = np.array([[1.5, 2, 3], [48, 0.25, 7], [10, 20, 30]])
m = np.array([1e10, 2.5e11, 3e9])


def text(write):
    file = io.BytesIO()
    write(file)
    return base64.b64encode(file.getvalue()).decode()


halos = np.zeros(3, dtype=[("id", "<i8"), ("pos", "<f4", (3,)), ("name", "S5"), ("Mvir", ">f8"), ("alpha", "<f4")])
halos["pos"], halos["Mvir"], halos["alpha"] = x, m, [0.5, 0.75, 1]
columns = np.c_[m, x]
print(
    json.dumps(
        {
            "structured": text(lambda f: np.save(f, halos)),
            "rows": text(lambda f: np.save(f, columns)),
            "fortran": text(lambda f: np.save(f, np.asfortranarray(columns.astype("<f4")))),
            "zip": text(lambda f: np.savez_compressed(f, positions=x.astype("f4"), mass=m)),
        },
        indent=1,
    )
)
