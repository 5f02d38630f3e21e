use std::{collections::HashSet, time::Duration};

use rand::{SeedableRng, rngs::StdRng};

use super::{
    made::{PACE, Shown, Visit, head, obedient, print},
    *,
};

const HOLD: Duration = Duration::from_millis(1000);

fn script(prompts: [Prompt; 4]) -> Script {
    prompts.map(|prompt| (prompt, HOLD))
}

use Prompt::{Centre as C, Left as L, Right as R};

fn scripts() -> impl Iterator<Item = Script> {
    let mut random = StdRng::seed_from_u64(7);
    std::iter::repeat_with(move || draw(&mut random)).take(100)
}

#[test]
fn who_follows_the_prompts_passes_and_leaves_the_sharpest_frame() {
    for script in scripts() {
        let mut visit = Visit::of(script);
        let mut degrees = obedient();
        let state = visit.play(|prompt, since| vec![head(degrees(prompt, since))]);
        assert_eq!(state, State::Passed, "{script:?}");
        assert!(visit.now < Duration::from_secs(15), "{script:?}");
        assert!(visit.challenge.take_sharpest().is_some());
    }
}

#[test]
fn liv_01_a_still_fails_whatever_it_shows() {
    for script in scripts() {
        for degrees in [-35.0, 0.0, 35.0] {
            let state = Visit::of(script).play(|_, _| vec![head(degrees)]);
            assert!(matches!(state, State::Failed(_)), "{script:?} {degrees}");
        }
    }
    let ahead = Visit::of(script([L, C, R, C])).play(|_, _| vec![head(0.0)]);
    assert_eq!(ahead, State::Failed(Miss::TooLong));
}

#[test]
fn liv_01_a_flat_print_that_turns_as_asked_fails() {
    for script in scripts() {
        let mut degrees = obedient();
        let state = Visit::of(script).play(|prompt, since| {
            let degrees = 1.4 * degrees(prompt, since);
            vec![print(f32::INFINITY, degrees)]
        });
        assert_eq!(state, State::Failed(Miss::TooLong), "{script:?}");
    }
}

/// The figure of MEASURED.md.
#[test]
fn liv_02_some_bent_prints_pass_and_are_counted() {
    let (mut passed, mut all) = (0, 0);
    for radius in [0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0] {
        for most in [20.0_f32, 35.0, 50.0] {
            let mut degrees = obedient();
            let state = Visit::of(script([L, C, R, C])).play(|prompt, since| {
                let degrees = degrees(prompt, since) / 35.0 * most;
                vec![print(radius, degrees)]
            });
            passed += usize::from(state == State::Passed);
            all += 1;
        }
    }
    println!("bent prints: {passed} of {all} passed");
    assert_eq!((passed, all), (2, 21));
}

#[test]
fn liv_03_a_head_that_shakes_all_the_time_fails() {
    for script in scripts() {
        for period in [0.8_f32, 1.5, 2.5, 4.0] {
            let mut visit = Visit::of(script);
            let state = loop {
                let phase = visit.now.as_secs_f32() / period * std::f32::consts::TAU;
                match visit.show(&[head(40.0 * phase.sin())]) {
                    State::GoOn | State::Next => {}
                    state => break state,
                }
            };
            assert!(matches!(state, State::Failed(_)), "{script:?} {period}");
        }
    }
}

#[test]
fn liv_03_a_turn_to_the_other_side_fails() {
    for (prompt, other) in [(L, -1.0), (R, 1.0)] {
        let other_prompt = if prompt == L { R } else { L };
        let mut visit = Visit::of(script([C, prompt, other_prompt, C]));
        let mut degrees = 0.0;
        let state = visit.play(|prompt, since| {
            if prompt != C && since >= Duration::from_millis(300) {
                degrees += 10.0 * other;
            }
            vec![head(degrees)]
        });
        assert_eq!(state, State::Failed(Miss::WrongWay));
    }
}

#[test]
fn liv_03_who_moves_before_the_prompt_could_be_followed_fails() {
    let mut visit = Visit::of(script([C, L, R, C]));
    let mut degrees = 0.0;
    let state = visit.play(|prompt, _| {
        if prompt == L {
            degrees += 12.0;
        }
        vec![head(degrees)]
    });
    assert_eq!(state, State::Failed(Miss::TooSoon));
    let turned_before = Visit::of(script([L, C, R, C])).show(&[head(30.0)]);
    assert_eq!(turned_before, State::Failed(Miss::TooSoon));
}

#[test]
fn who_comes_from_the_other_side_and_swings_on_has_not_gone_the_wrong_way() {
    let mut visit = Visit::of(script([L, R, C, L]));
    for degrees in [0.0, 0.0, 15.0] {
        assert_eq!(visit.show(&[head(degrees)]), State::GoOn);
    }
    assert_eq!(visit.show(&[head(30.0)]), State::Next);
    for degrees in [40.0, 40.0, 20.0, 0.0, -15.0] {
        assert_eq!(visit.show(&[head(degrees)]), State::GoOn, "{degrees}");
    }
    assert_eq!(visit.show(&[head(-30.0)]), State::Next);
}

#[test]
fn liv_03_the_centre_is_held_without_a_break() {
    let mut visit = Visit::of(script([C, L, C, R]));
    for degrees in [0.0, 0.0, 0.0, 13.0, 0.0, 0.0, 0.0, 0.0, 0.0] {
        assert_eq!(visit.show(&[head(degrees)]), State::GoOn, "{degrees}");
    }
    assert_eq!(visit.show(&[head(0.0)]), State::GoOn);
    assert_eq!(visit.show(&[head(0.0)]), State::Next);
    let mut visit = Visit::of(script([C, L, C, R]));
    assert_eq!(visit.show(&[head(0.0)]), State::GoOn);
    assert_eq!(visit.show(&[head(25.0)]), State::Failed(Miss::WrongWay));
}

#[test]
fn liv_04_a_second_face_fails_at_once() {
    let mut visit = Visit::of(script([L, C, R, C]));
    assert_eq!(visit.show(&[head(0.0)]), State::GoOn);
    let two = visit.show(&[head(0.0), head(10.0)]);
    assert_eq!(two, State::Failed(Miss::TwoFaces));
}

#[test]
fn liv_04_another_face_in_between_fails() {
    let mut visit = Visit::of(script([C, L, C, R]));
    let stranger = Template::of(vec![0.3, 1.0]);
    let mut degrees = obedient();
    let mut follow = |visit: &mut Visit| {
        let prompt = visit.challenge.prompt();
        loop {
            let since = Duration::from_secs(1);
            let state = visit.show(&[head(degrees(prompt, since))]);
            if state != State::GoOn {
                return state;
            }
        }
    };
    assert_eq!(follow(&mut visit), State::Next);
    visit.shown.person = stranger;
    visit.now += Duration::from_millis(200);
    assert_eq!(follow(&mut visit), State::Next);
    visit.now += Duration::from_millis(200);
    assert_eq!(follow(&mut visit), State::Failed(Miss::OtherFace));
}

/// A visitor who looks straight ahead, and whose hold has begun.
fn in_a_hold() -> Visit {
    let mut visit = Visit::of(script([C, L, C, R]));
    for _ in 0..2 {
        assert_eq!(visit.show(&[head(0.0)]), State::GoOn);
    }
    visit
}

#[test]
fn liv_04_another_face_fails_in_the_middle_of_a_hold_if_its_frame_would_be_kept() {
    let mut visit = in_a_hold();
    visit.shown.person = Template::of(vec![0.3, 1.0]);
    visit.shown.sharpness += 0.1;
    let state = visit.show(&[head(0.0)]);
    assert_eq!(state, State::Failed(Miss::OtherFace));
}

#[test]
fn liv_04_another_face_fails_at_the_end_of_a_hold_however_blurred() {
    let mut visit = in_a_hold();
    visit.shown.person = Template::of(vec![0.3, 1.0]);
    visit.shown.sharpness -= 0.1;
    let state = visit.play(|_, _| vec![head(0.0)]);
    assert_eq!(state, State::Failed(Miss::OtherFace));
}

#[test]
fn a_hold_takes_two_templates_and_one_for_each_sharper_frame() {
    let mut visit = in_a_hold();
    let hold = |visit: &mut Visit| while visit.show(&[head(0.0)]) == State::GoOn {};
    hold(&mut visit);
    assert_eq!(visit.shown.templates.get(), 2);
    let mut visit = in_a_hold();
    visit.shown.sharpness += 0.1;
    hold(&mut visit);
    assert_eq!(visit.shown.templates.get(), 3);
}

#[test]
fn liv_04_a_face_that_jumps_or_comes_near_at_once_fails() {
    let moved = |by: f32| {
        let mut face = head(0.0);
        face.area.0[0] += by;
        face.points = face.points.map(|[x, y]| [x + by, y]);
        face
    };
    let larger = |factor: f32| {
        let mut face = head(0.0);
        face.points = face.points.map(|point| point.map(|part| part * factor));
        face
    };
    for (face, state) in [
        (moved(30.0), State::GoOn),
        (moved(60.0), State::Failed(Miss::Jump)),
        (larger(1.2), State::GoOn),
        (larger(1.4), State::Failed(Miss::Distance)),
        (larger(0.7), State::Failed(Miss::Distance)),
    ] {
        let mut visit = Visit::of(script([L, C, R, C]));
        visit.show(&[head(0.0)]);
        assert_eq!(visit.show(&[face]), state);
    }
}

#[test]
fn a_face_may_be_lost_for_less_than_a_second() {
    let mut visit = Visit::of(script([L, C, R, C]));
    assert_eq!(visit.show(&[head(0.0)]), State::GoOn);
    for _ in 0..5 {
        assert_eq!(visit.show(&[]), State::GoOn);
    }
    assert_eq!(visit.show(&[]), State::Failed(Miss::NoFace));
    let mut absent = Visit::of(script([L, C, R, C]));
    assert_eq!(absent.play(|_, _| vec![]), State::Failed(Miss::NoFace));
    assert!(absent.now < Duration::from_millis(1300));
}

#[test]
fn liv_05_a_stream_that_stops_or_is_out_of_order_fails() {
    let mut visit = Visit::of(script([L, C, R, C]));
    visit.show(&[head(0.0)]);
    visit.now += Duration::from_millis(500) - PACE;
    assert_eq!(visit.show(&[head(0.0)]), State::GoOn);
    visit.now += Duration::from_millis(560) - PACE;
    assert_eq!(visit.show(&[head(0.0)]), State::Failed(Miss::Gap));
    for wrong in [0, 2] {
        let mut visit = Visit::of(script([L, C, R, C]));
        visit.show(&[head(0.0)]);
        visit.number = wrong;
        let state = visit.show(&[head(0.0)]);
        assert_eq!(state, State::Failed(Miss::OutOfOrder), "{wrong}");
    }
    let mut late = Visit::of(script([L, C, R, C]));
    late.now = LIMITS.first_frame;
    assert_eq!(late.show(&[head(0.0)]), State::Failed(Miss::Gap));
}

#[test]
fn time_that_the_answer_takes_is_not_the_visitors() {
    let mut visit = Visit::of(script([L, C, R, C]));
    visit.show(&[head(0.0)]);
    visit.now += Duration::from_secs(2);
    visit.challenge.answered(visit.now);
    assert_eq!(visit.show(&[head(0.0)]), State::GoOn);
}

#[test]
fn what_a_flat_picture_cannot_do_is_reported() {
    let residual = |face: &dyn Fn(f32) -> Face| {
        let mut challenge = Challenge::of(script([L, C, R, C]));
        let mut see = |number: u32, degrees| {
            let frame = Frame {
                arrived: PACE * number,
                number,
                faces: &[face(degrees)],
            };
            let close_up = |_: &Face| -> &Shown { unreachable!("the prompt is a turn") };
            let seen = challenge.see(frame, close_up);
            challenge.answered(PACE * number);
            seen.unwrap().residual.unwrap()
        };
        assert!(see(0, 0.0) < 1e-4);
        see(1, 0.0);
        see(2, 0.0);
        see(3, 20.0)
    };
    let (alive, flat, bent) = (
        residual(&head),
        residual(&|degrees| print(f32::INFINITY, degrees)),
        residual(&|degrees| print(0.6, degrees)),
    );
    assert!(
        flat < 0.01 && bent < alive && alive > 0.05,
        "{flat} {bent} {alive}"
    );
}

#[test]
fn every_reason_has_its_own_word() {
    let all = [
        Miss::WrongWay,
        Miss::TooSoon,
        Miss::TooLong,
        Miss::Gap,
        Miss::OutOfOrder,
        Miss::NoFace,
        Miss::TwoFaces,
        Miss::Jump,
        Miss::Distance,
        Miss::OtherFace,
    ];
    let words = all.map(|reason| serde_json::to_string(&reason).unwrap());
    assert_eq!(words.iter().collect::<HashSet<_>>().len(), all.len());
}
