//! Country codes: Authenteq sends three letters, the browser's `Intl.DisplayNames` takes two.

/// ISO 3166-1: alpha-3, then alpha-2, of every country. A table of a kilobyte, because the crates
/// that know this carry every country's name as well, which the browser already has.
const CODES: &str = "\
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF \
    ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS \
    BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF \
    CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV \
    CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ \
    ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM \
    GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD \
    GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM \
    INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ \
    KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI \
    LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX \
    MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU \
    MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP \
    NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP \
    PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG \
    SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR \
    SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK \
    TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY \
    USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA \
    ZMBZM ZWEZW \
    EUEEU RKSXK UNOUN XKXXK";

/// The two-letter code for a three-letter one. The last four are not in ISO 3166-1 but stand in
/// passports (ICAO 9303 part 3) and have a name in every browser: European Union, Kosovo (twice),
/// United Nations.
pub(crate) fn alpha2(alpha3: &str) -> Option<&'static str> {
    CODES
        .split(' ')
        .find_map(|row| match row.split_at_checked(3) {
            Some((three, two)) if three == alpha3 => Some(two),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_letters_become_two() {
        assert_eq!(alpha2("DEU"), Some("DE"));
        assert_eq!(alpha2("AUT"), Some("AT"));
        assert_eq!(alpha2("AUS"), Some("AU"));
        assert_eq!(alpha2("ZWE"), Some("ZW"));
        assert_eq!(alpha2("XKX"), Some("XK"));
    }

    #[test]
    fn con_10_an_unknown_code_has_no_country() {
        for code in ["", "D", "XXA", "UTO", "deu", "DE", "DEUD", "EUD", "É€U"] {
            assert_eq!(alpha2(code), None, "{code}");
        }
    }

    #[test]
    fn every_row_is_well_formed_and_unique() {
        let rows: Vec<&str> = CODES.split(' ').collect();
        let mut three: Vec<&str> = rows.iter().map(|row| &row[..3]).collect();
        assert!(
            rows.iter()
                .all(|row| row.len() == 5 && row.bytes().all(|b| b.is_ascii_uppercase()))
        );
        three.sort_unstable();
        three.dedup();
        assert_eq!((rows.len(), three.len()), (253, 253));
    }
}
