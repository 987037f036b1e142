//! Redshift-space distortions.
