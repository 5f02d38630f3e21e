//! Pairs of faces out of a folder.

use std::fs;

use webkyc_specimen::{
    Picture, jpeg,
    persona::{ANNA, JOHN},
};
use webkyc_verifier::{Verifier, default_folder};
use webkyc_verifier_measure::compare_folder;

#[test]
fn pictures_of_two_persons_make_pairs_and_a_picture_without_a_face_is_named() {
    let folder = default_folder().expect("a home folder");
    let verifier = match Verifier::open(&folder, 2) {
        Ok(verifier) => verifier,
        Err(error) => {
            let required = std::env::var("WEBKYC_MODELS").is_ok_and(|it| it == "required");
            assert!(!required, "{error}");
            println!("skipped: no models");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, person) in [("anna", &ANNA), ("john", &JOHN)] {
        let of_person = folder.path().join(name);
        fs::create_dir(&of_person).unwrap();
        for (number, picture) in [Picture::Liveness, Picture::Face(0)]
            .into_iter()
            .enumerate()
        {
            let file = of_person.join(format!("{number}.jpg"));
            fs::write(file, jpeg(person, picture)).unwrap();
        }
    }
    let back = folder.path().join("john/back.jpg");
    fs::write(&back, jpeg(&JOHN, Picture::Back(0))).unwrap();
    let pairs = compare_folder(&verifier, folder.path()).unwrap();
    assert_eq!((pairs.persons, pairs.lost), (2, vec![back]));
    assert_eq!((pairs.accepted.all, pairs.refused.all), (4, 2));
    assert_eq!(pairs.refused.of, 0);
    let one_person = compare_folder(&verifier, &folder.path().join("anna"));
    let refused = one_person.unwrap_err().to_string();
    assert!(
        refused.contains("a folder with pictures for each"),
        "{refused}"
    );
}
