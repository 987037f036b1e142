//! Columns of numbers from text: lines of fields between delimiters. Blank lines and lines that begin with `#` are left out;
//! quotes around a field are taken off.

use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Bytes of one block of parallel work: it has the lines that begin in it.
pub const BLOCK: usize = 1 << 17;
/// Delimiter number for spaces and tabs, any number of them.
pub const SPACES: u8 = 0;

/// What a line lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// 1 + the line within its block; 0 for no fault.
    pub line: u32,
    /// The field, from 0.
    pub field: u32,
}

/// Calls `each(line number within the block, line)` for lines that begin in the range, those left out excepted; returns the
/// number of all lines.
fn lines(text: &[u8], range: std::ops::Range<usize>, mut each: impl FnMut(u32, &[u8])) -> u32 {
    let next = |from: usize| text[from..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| from + i);
    let mut at = match range.start {
        0 => 0,
        start => next(start - 1) + 1,
    };
    let mut count = 0;
    while at < range.end {
        let end = next(at);
        let line = text[at..end].trim_ascii();
        if !line.is_empty() && line[0] != b'#' {
            each(count, line);
        }
        count += 1;
        at = end + 1;
    }
    count
}

/// Calls `each(number of the field, field)` until it returns false.
fn fields(line: &[u8], delimiter: u8, mut each: impl FnMut(u32, &[u8]) -> bool) {
    let blank = |b: u8| b == b' ' || b == b'\t';
    let mut at = 0;
    for k in 0.. {
        while at < line.len() && blank(line[at]) && line[at] != delimiter {
            at += 1;
        }
        let quoted = line.get(at) == Some(&b'"');
        let start = at + usize::from(quoted);
        let ends = |b: u8| if quoted { b == b'"' } else if delimiter == SPACES { blank(b) } else { b == delimiter };
        let end = line[start..].iter().position(|&b| ends(b)).map_or(line.len(), |i| start + i);
        if !each(k, line[start..end].trim_ascii()) {
            return;
        }
        at = end + usize::from(quoted && end < line.len());
        if delimiter != SPACES {
            while at < line.len() && line[at] != delimiter {
                at += 1;
            }
            at += 1;
        }
        if at > line.len() || (delimiter == SPACES && at == line.len()) {
            return;
        }
    }
}

/// Counts, for each block, the rows and all lines of a text of whole lines.
pub fn count(text: &[u8], counts: &mut [[u32; 2]]) {
    let shared = SharedMut::new(counts);
    for_each_range(text.len(), BLOCK, |block, range| {
        let mut rows = 0;
        let all = lines(text, range, |_, _| rows += 1);
        // SAFETY: each block writes its own element.
        unsafe { shared.set(block, [rows, all]) };
    });
}

/// Fills `[row, column]` with the fields of numbers `columns`, the rows of block b from `starts[b]`; `faults` gets the first
/// line of each block that lacks a number.
pub fn fill(text: &[u8], delimiter: u8, columns: &[u32], starts: &[u32], out: &mut [f64], faults: &mut [Fault]) {
    let (shared, found) = (SharedMut::new(out), SharedMut::new(faults));
    let most = columns.iter().copied().max().unwrap_or(0);
    for_each_range(text.len(), BLOCK, |block, range| {
        let mut row = starts[block] as usize;
        let mut fault = Fault::default();
        lines(text, range, |line, bytes| {
            let mut reached = 0;
            fields(bytes, delimiter, |k, field| {
                if columns.contains(&k) {
                    let number = std::str::from_utf8(field).ok().and_then(|s| s.parse::<f64>().ok());
                    if number.is_none() && fault.line == 0 {
                        fault = Fault { line: line + 1, field: k };
                    }
                    for (c, _) in columns.iter().enumerate().filter(|c| *c.1 == k) {
                        // SAFETY: the rows of a block have places of their own, from its start on.
                        unsafe { shared.set(row * columns.len() + c, number.unwrap_or(f64::NAN)) };
                    }
                }
                reached = k + 1;
                k < most
            });
            if reached <= most && fault.line == 0 {
                fault = Fault { line: line + 1, field: reached };
            }
            row += 1;
        });
        // SAFETY: each block writes its own element.
        unsafe { found.set(block, fault) };
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str, delimiter: u8, columns: &[u32]) -> Result<Vec<f64>, Fault> {
        let (mut counts, mut faults) = ([[0; 2]; 1], [Fault::default(); 1]);
        count(text.as_bytes(), &mut counts);
        let mut out = vec![9.0; counts[0][0] as usize * columns.len()];
        fill(text.as_bytes(), delimiter, columns, &[0], &mut out, &mut faults);
        if faults[0].line == 0 { Ok(out) } else { Err(faults[0]) }
    }

    #[test]
    fn fields_lie_between_delimiters() {
        let text = "# x y\n1.5,2,-3e-2\r\n\n 4 , \"5\" ,6\n";
        assert_eq!(table(text, b',', &[0, 2]), Ok(vec![1.5, -0.03, 4.0, 6.0]));
        assert_eq!(table(text, b',', &[1]), Ok(vec![2.0, 5.0]));
        assert_eq!(table("  1\t2   3 \n4 5 6", SPACES, &[2, 0]), Ok(vec![3.0, 1.0, 6.0, 4.0]));
        assert_eq!(table("1\t\t3\n", b'\t', &[0, 2]), Ok(vec![1.0, 3.0]));
        assert_eq!(table("\"a,b\",7\n", b',', &[1]), Ok(vec![7.0]));
    }

    #[test]
    fn what_is_no_number_or_not_there_is_a_fault() {
        assert_eq!(table("1,2\n3,x\n", b',', &[1]), Err(Fault { line: 2, field: 1 }));
        assert_eq!(table("1,2\n3\n", b',', &[1]), Err(Fault { line: 2, field: 1 }));
        assert_eq!(table("1,,3\n", b',', &[1]), Err(Fault { line: 1, field: 1 }));
        assert_eq!(table("1 2\n", SPACES, &[2]), Err(Fault { line: 1, field: 2 }));
    }

    #[test]
    fn lines_across_blocks_are_read_once_and_in_order() {
        let text: String = (0..60_000).map(|i| format!("{i} {}\n", 2 * i)).collect();
        let blocks = text.len().div_ceil(BLOCK);
        assert!(blocks > 3);
        let (mut counts, mut faults) = (vec![[0; 2]; blocks], vec![Fault::default(); blocks]);
        count(text.as_bytes(), &mut counts);
        let mut rows = 0;
        let starts: Vec<u32> = counts.iter().map(|c| { rows += c[0]; rows - c[0] }).collect();
        assert_eq!(rows, 60_000);
        let mut out = vec![0.0; 120_000];
        fill(text.as_bytes(), SPACES, &[0, 1], &starts, &mut out, &mut faults);
        assert!((0..60_000).all(|i| out[2 * i] == i as f64 && out[2 * i + 1] == 2.0 * i as f64));
    }
}
