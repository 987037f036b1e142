//! Exports of derivatives by parameters of `cosmesh-cosmology`.
