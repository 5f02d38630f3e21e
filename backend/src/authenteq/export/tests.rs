use super::*;

#[test]
fn acc_04_an_id_is_a_uuid_in_its_canonical_form_and_nothing_else() {
    let id = "3631324b-5bcc-48b0-b717-4f12f45e0a1d";
    assert_eq!(VerificationId::parse(id).unwrap().to_string(), id);
    let spaces = " ".repeat(36);
    for other in [
        "",
        "x",
        "3631324B-5BCC-48B0-B717-4F12F45E0A1D",
        "3631324b5bcc48b0b7174f12f45e0a1d",
        "{3631324b-5bcc-48b0-b717-4f12f45e0a1d}",
        "urn:uuid:3631324b-5bcc-48b0-b717-4f12f45e0a1d",
        "3631324b-5bcc-48b0-b717-4f12f45e0a1d ",
        "3631324b-5bcc-48b0-b717-4f12f45e0a1\0",
        "3631324b-5bcc-48b0-b717-4f12f45e0a1d&clientId=x",
        "../../../../../../../../../../etc/ab",
        "٣631324b-5bcc-48b0-b717-4f12f45e0a1",
        &spaces,
    ] {
        assert!(VerificationId::parse(other).is_none(), "{other:?}");
    }
    assert!(!format!("{:?}", VerificationId::parse(id)).contains("3631"));
}

#[test]
fn up_19_a_boundary_is_1_to_70_characters_that_mean_nothing_in_a_header() {
    let seventy = "b".repeat(70);
    for (content_type, expected) in [
        ("multipart/mixed;boundary=abc", Some("abc")),
        (
            "multipart/mixed; charset=utf-8; Boundary=\"a:b=c\"",
            Some("a:b=c"),
        ),
        (
            &format!("multipart/mixed;boundary={seventy}"),
            Some(seventy.as_str()),
        ),
        (&format!("multipart/mixed;boundary={seventy}b"), None),
        ("multipart/mixed", None),
        ("multipart/mixed;boundary=", None),
        ("multipart/mixed;boundary=\"\"", None),
        ("multipart/mixed;boundary=a\"b", None),
        ("multipart/mixed;boundary=\"a\\\"b\"", None),
        ("multipart/mixed;boundary=a b", None),
    ] {
        assert_eq!(boundary(content_type), expected, "{content_type}");
    }
}

#[test]
fn up_19_a_first_boundary_is_found_behind_a_preamble_and_before_padding() {
    for (start, found) in [
        ("--b\r\nX", Some(0)),
        ("--b\nX", Some(0)),
        ("--b \t\r\nX", Some(0)),
        ("\r\n--b\r\n", Some(2)),
        ("This is multipart.\r\n--b\r\n", Some(20)),
        ("--bc\r\n--b\r\n", Some(6)),
        ("x--b\r\n", None),
        ("--b", None),
        ("--b--\r\n", None),
        ("", None),
    ] {
        assert_eq!(preamble(start.as_bytes(), b"--b"), found, "{start:?}");
    }
    let ending = FileEnding::new("\n--b--", END);
    for end in ["x\r\n--b--\r\n", "x\n--b--", "x\r\n--b-- \r\nThe end.\r\n"] {
        assert!(ending.is_in(end.as_bytes()), "{end:?}");
    }
    assert!(!ending.is_in(b"x\r\n--b\r\n"));
}

#[test]
fn up_14_an_end_is_recognised_across_pieces_and_a_cut_is_not() {
    let ending = FileEnding::new("\r\n--b--", 0);
    let (mut held, mut went) = (Vec::new(), Vec::new());
    let pieces = ["y", &"x".repeat(5000), "\r\n-", "-b-", "-\r\n"];
    for piece in pieces {
        assert!(!ending.is_in(&held));
        let piece = Bytes::copy_from_slice(piece.as_bytes());
        went.extend(let_go(&mut held, &piece));
    }
    assert!(ending.is_in(&held));
    assert_eq!(held.len(), HELD);
    assert_eq!([went.concat(), held].concat(), pieces.concat().as_bytes());
    let pdf = FileEnding::new("%%EOF", END);
    assert!(pdf.is_in(b"%PDF-1.7 ... %%EOF\n"));
    assert!(!pdf.is_in(b"%PDF-1.7 ... startxref"));
    assert!(!FileEnding::new("}", 0).is_in(b"{\"a\": \""));
}
