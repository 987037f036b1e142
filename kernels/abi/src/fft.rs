//! Exports of `cosmesh-fft`.
