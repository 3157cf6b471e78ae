//! Tests: a new fact in the headline of an otherwise known text makes a development.
//! Every text is invented.

use super::tests::Newsroom;
use super::{CoverageKind, Placement};

const TITLE: &str = "Former president Aldo Verran in intensive care after a fall";
const TEXT: &str = "Former president Aldo Verran was in intensive care on Sunday after a fall at his house in Tolmere, the state clinic said.\n\nVerran, who led the country from 1988 to 1999, slipped on a garden stair and was flown to the capital by helicopter.\n\nHe had withdrawn from politics after losing the vote of 1999 and wrote three volumes of memoirs.\n\nHis party, the Civic Union, called off its congress, which was to open on Tuesday with 1,400 delegates.\n\nDoctors had operated on him for six hours, and the clinic's director said that the coming days would decide.";

/// How another outlet's article with this title and text is placed after the first report
/// of the fall.
fn after_the_fall(title: &str, text: &str) -> Placement {
    let mut newsroom = Newsroom::new();
    newsroom.arrives(0, "Tolmere Gazette", "", TITLE, TEXT);
    newsroom.arrives(5, "The Harbour", "", title, text)
}

fn with_lead(lead: &str) -> String {
    let (_, rest) = TEXT.split_once("\n\n").expect("paragraphs");
    format!("{lead}\n\n{rest}")
}

#[test]
fn one_decisive_fact_over_a_known_text_is_a_development() {
    let lead = "Former president Aldo Verran has died, the state clinic said on Monday.";
    let placement = after_the_fall("Former president Aldo Verran has died", &with_lead(lead));
    assert_eq!(placement.kind, CoverageKind::Development);
    assert_eq!(placement.new[0].sentence, lead);
    assert!(placement.newness > 0.0, "{}", placement.newness);
}

#[test]
fn a_headline_that_the_text_does_not_bear_out_makes_no_news() {
    let placement = after_the_fall("Verran dead? Nation holds its breath", TEXT);
    assert_eq!(placement.kind, CoverageKind::Duplicate);
}

#[test]
fn the_headline_once_more_above_the_text_bears_nothing_out() {
    let title = "Elderly statesman Aldo Verran seriously injured falling down garden stair";
    let text = format!("Welcome to our report: {title} and now the details\n\n{TEXT}");
    let placement = after_the_fall(title, &text);
    assert_eq!(placement.kind, CoverageKind::Duplicate);
}

#[test]
fn the_outlets_name_in_its_headline_is_no_news() {
    let lead = "Former president Aldo Verran was in intensive care on Sunday after a fall at his house, the Harbour Observer has learnt from the state clinic.";
    let placement = after_the_fall(&format!("{TITLE} - Harbour Observer"), &with_lead(lead));
    assert_eq!(placement.kind, CoverageKind::Duplicate);
}

#[test]
fn a_toll_that_rises_in_a_reworded_report_is_a_development() {
    let report = |toll: &str| {
        format!(
            "At least {toll} people were killed when a bus left the road near Osmira on Monday.\n\nThe coach was carrying pilgrims from Talbeck to the shrine at Hollin when its brakes failed on a bend, the police said.\n\nRescuers with ropes went down into the ravine, and soldiers cleared the road for ambulances.\n\nThe transport ministry took the company's licence away."
        )
    };
    let reworded = "When a bus came off the road near Osmira on Monday, at least 31 people were killed.\n\nPolice said the brakes of the coach, which carried pilgrims from Talbeck to Hollin's shrine, had failed on a bend.\n\nWith ropes, rescuers descended into the ravine while soldiers were clearing the road for ambulances.\n\nThe company has lost its licence, the transport ministry said.";
    let told = |title: &str, text: &str| {
        let mut newsroom = Newsroom::new();
        newsroom.arrives(
            0,
            "Osmira Daily",
            "",
            "Bus crash kills 24 near Osmira",
            &report("24"),
        );
        newsroom.arrives(3, "The Harbour", "", title, text).kind
    };
    assert_eq!(
        told("Toll of Osmira bus crash rises to 31", reworded),
        CoverageKind::Development
    );
    assert_eq!(
        told("Toll of Osmira bus crash rises to 31", &report("31")),
        CoverageKind::Development
    );
    assert_eq!(
        told(
            "Pilgrims killed in Osmira bus crash",
            &reworded.replace("31", "24")
        ),
        CoverageKind::Rewrite
    );
}

#[test]
fn a_rewrite_that_opens_with_news_of_its_own_is_a_development() {
    let earlier = "A month after the student Irsa Holm went missing, the police of Norvarden have no lead, they said on Friday.\n\nThe 19-year-old disappeared on the evening of 3 April after leaving a friend's flat in the harbour district. A camera at a petrol station filmed her at 11.42 p.m., alone, walking towards the river.\n\nMore than 400 volunteers searched the river banks and the woods of Holtemark for two weeks. Divers looked through the harbour basin, and the army lent a drone with a thermal camera.\n\nHer parents, both teachers, offered a reward of 50,000 crowns and appealed for information on television.";
    let reworded = "The student, 19, had been missing since the evening of 3 April, when she left the flat of a friend in the harbour district. A petrol station's camera filmed her walking towards the river alone at 11.42 p.m.\n\nOver 400 volunteers searched the woods of Holtemark and the banks of the river for a fortnight. Divers looked through the basin of the harbour, and a drone with a thermal camera was lent by the army.\n\nA reward of 50,000 crowns was offered by her parents, teachers both, who appealed on television for information.";
    let told = |title: &str, lead: &str| {
        let mut newsroom = Newsroom::new();
        let title_before = "A month on, no trace of missing student Irsa Holm";
        newsroom.arrives(0, "Norvarden Courier", "", title_before, earlier);
        let text = format!("{lead}\n\n{reworded}");
        newsroom.arrives(30, "The Harbour", "", title, &text).kind
    };
    assert_eq!(
        told(
            "Missing student Irsa Holm found alive",
            "Irsa Holm is alive."
        ),
        CoverageKind::Development
    );
    assert_eq!(
        told(
            "Police clueless a month after student Irsa Holm vanished",
            "Police in Norvarden are clueless a month after the student Irsa Holm went missing."
        ),
        CoverageKind::Rewrite
    );
}
