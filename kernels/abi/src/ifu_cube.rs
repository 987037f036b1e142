//! Exports of `cosmesh-ifu`: spectra of stars into spaxels, and the way back.
