use cosmesh_paint::*;
use std::time::Instant;
fn main() {
    let n = 256usize; let np = n*n*n;
    let mut s = 1u64;
    let mut r = || { s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); (s >> 40) as f32 / (1u64<<24) as f32 };
    let mut lat = Vec::with_capacity(3*np);
    for i in 0..n { for j in 0..n { for k in 0..n { for v in [i,j,k] { let g = r()+r()+r()+r()-2.0; lat.push((v as f32 + 1.7*g + n as f32) % n as f32 * (100.0/n as f32)); } } } }
    let rnd: Vec<f32> = (0..3*np).map(|_| r()*100.0).collect();
    let grid = Grid::new([n;3], 100.0);
    let mut mesh = vec![0f32; np];
    for (name,p) in [("lat",&lat),("rnd",&rnd)] { let mut best=1e9f64; for _ in 0..3 { let t=Instant::now(); paint(Scheme::Cic,&grid,p,None,&mut mesh).unwrap(); best=best.min(t.elapsed().as_secs_f64()); } println!("{name} {:.2} ns", best/np as f64*1e9); }
}
