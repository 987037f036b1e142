//! HEALPix pixelisation (Gorski et al. 2005).
