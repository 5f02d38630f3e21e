//! Code 128 of digits: the bar code on the back of a licence.

/// The widths of bar, gap, bar, gap, bar, gap of each symbol, in modules (ISO/IEC 15417). Those
/// that stand for letters only are not here: code set C has the pairs of digits 00 to 99, in
/// order.
const PAIRS: [&str; 100] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141",
];
/// The check symbol can also be one of these, 100 to 102.
const AFTER_PAIRS: [&str; 3] = ["114131", "311141", "411131"];
const START_C: &str = "211232";
const START_C_VALUE: usize = 105;
const STOP: &str = "2331112";

/// The bars as the data of an SVG path, one module wide each unit, and how many units it is wide.
/// The number must have an even number of digits.
pub(crate) fn code_128(digits: &str, height: u32) -> (String, u32) {
    let values: Vec<usize> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            pair.iter()
                .fold(0, |value, digit| value * 10 + usize::from(digit - b'0'))
        })
        .collect();
    let sum: usize = values
        .iter()
        .zip(1..)
        .map(|(value, place)| value * place)
        .sum();
    let check = (START_C_VALUE + sum) % 103;
    let symbols = values.into_iter().chain([check]).map(|value| {
        PAIRS
            .get(value)
            .copied()
            .unwrap_or_else(|| AFTER_PAIRS[value - PAIRS.len()])
    });
    let widths: String = [START_C].into_iter().chain(symbols).chain([STOP]).collect();

    let mut path = String::new();
    let mut x = 0;
    for (at, width) in widths
        .bytes()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
    {
        if at % 2 == 0 {
            path.push_str(&format!("M{x} 0h{width}v{height}h-{width}z"));
        }
        x += width;
    }
    (path, x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_eleven_modules_wide_and_unlike_the_others() {
        let symbols: Vec<&str> = PAIRS.into_iter().chain(AFTER_PAIRS).collect();
        for symbol in &symbols {
            let widths: Vec<u32> = symbol.chars().filter_map(|c| c.to_digit(10)).collect();
            assert_eq!(widths.iter().sum::<u32>(), 11, "{symbol}");
            // The parity that a reader checks: the bars are an even number of modules.
            assert_eq!((widths[0] + widths[2] + widths[4]) % 2, 0, "{symbol}");
            assert_eq!(
                symbols.iter().filter(|other| *other == symbol).count(),
                1,
                "{symbol}"
            );
        }
    }

    #[test]
    fn five_pairs_need_eight_symbols() {
        let (_, width) = code_128("1234567890", 10);
        assert_eq!(width, 11 * 7 + 13);
    }
}
