//! Exports of `cosmesh-ifu`: what telescope and detector do to a cube.
