//! The words that say something about time, and what they say.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::Weekday;

use super::spelling;
use crate::Part;
use crate::resolve::Holiday;

/// A unit of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unit {
    Minute,
    Hour,
    Day,
    Workday,
    Week,
    Fortnight,
    Month,
    Year,
    /// Too fine to book, too coarse to offer: recognised so that it is not misread.
    Second,
    Decade,
}

/// What a word means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum W {
    Other,
    /// A weekday; `true` if the word has other meanings ("sat", "sun").
    Weekday(Weekday, bool),
    /// A month; `true` if the word has other meanings ("may", "march").
    Month(u32, bool),
    Number(u32),
    Ordinal(u32),
    OrdinalEnding,
    Unit(Unit),
    Part(Part),
    Holiday(Holiday),
    Today,
    Tomorrow,
    Yesterday,
    Tonight,
    Overmorrow,
    Now,
    Morrow,
    Nite,
    Noon,
    Midnight,
    Lunch,
    Ides,
    Weekend,
    Workweek,
    Workdays,
    Business,
    This,
    Next,
    Last,
    Coming,
    Previous,
    Ago,
    Early,
    Mid,
    Late,
    Start,
    End,
    Rest,
    Eom,
    Eow,
    Eod,
    Eoy,
    At,
    On,
    In,
    For,
    From,
    To,
    Until,
    Through,
    By,
    Before,
    After,
    Since,
    Between,
    Within,
    And,
    Or,
    Not,
    Except,
    But,
    Instead,
    Rather,
    Than,
    Other_,
    Besides,
    No,
    Cannot,
    Fails,
    Actually,
    Of,
    The,
    A,
    Around,
    Past,
    Half,
    Quarter,
    OClock,
    H,
    Am,
    Pm,
    AmLetter,
    PmLetter,
    M,
    O,
    Ish,
    Sharp,
    Later,
    Earlier,
    Hence,
    Starting,
    Couple,
    Few,
    Any,
    Anytime,
    Every,
    Some,
    Sometime,
    As,
    Soon,
    Asap,
    Possible,
    Available,
    Earliest,
    Latest,
    Same,
    Time,
    Following,
    More,
    Less,
    Very,
    Slot,
    Thing,
    Preferably,
    Date,
    T,
    Z,
    Please,
    /// Begins the name of a holiday of several words.
    Named,
    Closest,
    All,
    B,
    /// Something that is counted or numbered: "3 people", "room 5".
    Counted,
    /// Follows a bare hour without making it a count: "at 3 works".
    Verb,
}

use W::{
    A, Actually, After, Ago, All, Am, AmLetter, And, Any, Anytime, Around, As, Asap, At, Available, Before,
    Besides, Between, Business, But, By, Cannot, Closest, Coming, Counted, Couple, Date, Earlier, Earliest,
    Early, End, Eod, Eom, Eow, Eoy, Every, Except, Fails, Few, Following, For, From, H, Half, Hence, Ides,
    In, Instead, Ish, Last, Late, Later, Latest, Less, Lunch, M, Mid, Midnight, More, Morrow, Named, Next,
    Nite, No, Noon, Not, Now, O, OClock, Of, On, Or, OrdinalEnding, Other_, Overmorrow, Past, Please, Pm,
    PmLetter, Possible, Preferably, Previous, Quarter, Rather, Rest, Same, Sharp, Since, Slot, Some,
    Sometime, Soon, Start, Starting, T, Than, The, Thing, This, Through, Time, To, Today, Tomorrow, Tonight,
    Until, Verb, Very, Weekend, Within, Workdays, Workweek, Yesterday, Z,
};

/// Every word, in lower case with a straight apostrophe.
#[rustfmt::skip]
const WORDS: &[(W, &str)] = &[
    (W::Weekday(Weekday::Mon, false), "monday mondays monady mndy"),
    (W::Weekday(Weekday::Mon, true), "mon"),
    (W::Weekday(Weekday::Tue, false), "tuesday tuesdays tues tue tuseday tusday teusday tuesd"),
    (W::Weekday(Weekday::Wed, false), "wednesday wednesdays weds wensday wendsday wednsday wedn"),
    (W::Weekday(Weekday::Wed, true), "wed"),
    (W::Weekday(Weekday::Thu, false), "thursday thursdays thurs thur thu thrs thrusday thirsday thursd"),
    (W::Weekday(Weekday::Fri, false), "friday fridays fri fryday frid"),
    (W::Weekday(Weekday::Sat, false), "saturday saturdays satday saterday satur"),
    (W::Weekday(Weekday::Sat, true), "sat"),
    (W::Weekday(Weekday::Sun, false), "sunday sundays sonday"),
    (W::Weekday(Weekday::Sun, true), "sun"),
    (W::Month(1, false), "january jan"), (W::Month(2, false), "february feb febr febuary feburary"),
    (W::Month(3, true), "march mar"), (W::Month(4, false), "april apr"), (W::Month(5, true), "may"),
    (W::Month(6, false), "june jun"), (W::Month(7, false), "july jul"), (W::Month(8, false), "august aug"),
    (W::Month(9, false), "september sept sep"), (W::Month(10, false), "october oct"),
    (W::Month(11, false), "november nov"), (W::Month(12, false), "december dec"),
    (W::Number(0), "zero oh"), (O, "o"), (W::Number(1), "one"), (W::Number(2), "two"), (W::Number(3), "three"),
    (W::Number(4), "four"), (W::Number(5), "five"), (W::Number(6), "six"), (W::Number(7), "seven"),
    (W::Number(8), "eight"), (W::Number(9), "nine"), (W::Number(10), "ten"), (W::Number(11), "eleven"),
    (W::Number(12), "twelve"), (W::Number(13), "thirteen"), (W::Number(14), "fourteen"), (W::Number(15), "fifteen"),
    (W::Number(16), "sixteen"), (W::Number(17), "seventeen"), (W::Number(18), "eighteen"),
    (W::Number(19), "nineteen"), (W::Number(20), "twenty"), (W::Number(30), "thirty"), (W::Number(40), "forty fourty"),
    (W::Number(50), "fifty"),
    (W::Ordinal(1), "first"), (W::Ordinal(2), "second"), (W::Ordinal(3), "third"), (W::Ordinal(4), "fourth"),
    (W::Ordinal(5), "fifth"), (W::Ordinal(6), "sixth"), (W::Ordinal(7), "seventh"), (W::Ordinal(8), "eighth"),
    (W::Ordinal(9), "ninth"), (W::Ordinal(10), "tenth"), (W::Ordinal(11), "eleventh"), (W::Ordinal(12), "twelfth"),
    (W::Ordinal(13), "thirteenth"), (W::Ordinal(14), "fourteenth"), (W::Ordinal(15), "fifteenth"),
    (W::Ordinal(16), "sixteenth"), (W::Ordinal(17), "seventeenth"), (W::Ordinal(18), "eighteenth"),
    (W::Ordinal(19), "nineteenth"), (W::Ordinal(20), "twentieth"), (W::Ordinal(30), "thirtieth"),
    (OrdinalEnding, "st nd rd th"),
    (W::Unit(Unit::Second), "seconds sec secs"),
    (W::Unit(Unit::Minute), "minute minutes min mins minuets"),
    (W::Unit(Unit::Hour), "hour hours hr hrs"), (H, "h"),
    (W::Unit(Unit::Day), "day days"), (W::Unit(Unit::Workday), "workday workdays"),
    (W::Unit(Unit::Week), "week weeks wk wks"), (W::Unit(Unit::Fortnight), "fortnight fortnights"),
    (W::Unit(Unit::Month), "month months"), (W::Unit(Unit::Year), "year years yr yrs"),
    (W::Unit(Unit::Decade), "decade decades century centuries quarters"),
    (W::Part(Part::Morning), "morning mornings mornin morn forenoon"),
    (W::Part(Part::Afternoon), "afternoon afternoons arvo afternon aft afternoonish"),
    (W::Part(Part::Evening), "evening evenings eve evning"),
    (W::Part(Part::Night), "night nights"), (Nite, "nite"),
    (W::Holiday(Holiday::Christmas), "christmas xmas"), (W::Holiday(Holiday::Easter), "easter"),
    (W::Holiday(Holiday::Halloween), "halloween"), (W::Holiday(Holiday::Thanksgiving), "thanksgiving"),
    (W::Holiday(Holiday::Pentecost), "pentecost whitsun"),
    (Named, "new boxing good whit ascension ash palm valentine's valentines valentine st independence labor memorial martin black"),
    (Closest, "closest nearest"), (All, "all"), (W::B, "b"),
    (Today, "today tdy todays tody todya 2day"), (Tonight, "tonight tonite tonihgt tongiht tnite"),
    (Tomorrow, "tomorrow tomorrows tomorow tommorow tommorrow tmrw tmr tmrrw tmw tomo tomoz tomor tmoro tomrw tommorw"),
    (Yesterday, "yesterday"), (Overmorrow, "overmorrow"), (Now, "now rightnow"),
    (Morrow, "moro morow morrow morro mrw mro"),
    (Noon, "noon midday"), (Midnight, "midnight"), (Lunch, "lunch lunchtime lunchbreak"), (Ides, "ides"),
    (Weekend, "weekend weekends wkend wknd"), (Workweek, "workweek"),
    (Workdays, "weekday weekdays"), (Business, "business working work"),
    (This, "this ths current"), (Next, "next nxt"), (Last, "last"), (Previous, "previous prior"),
    (Coming, "coming upcoming"), (Following, "following"), (Ago, "ago"),
    (Early, "early"), (Mid, "mid middle"), (Late, "late"), (Start, "beginning start"), (End, "end"), (Rest, "rest remainder"),
    (Eom, "eom"), (Eow, "eow"), (Eod, "eod cob"), (Eoy, "eoy"),
    (At, "at"), (On, "on"), (In, "in"), (For, "for"), (From, "from"), (To, "to"),
    (Until, "until till til untill"), (Through, "through thru"), (By, "by"), (Before, "before"), (After, "after past_"),
    (Since, "since"), (Between, "between btw betwen"), (Within, "within"),
    (And, "and n plus"), (Or, "or"), (Not, "not don't dont doesn't never"), (Except, "except excluding without excepting barring"),
    (But, "but"), (Instead, "instead"), (Rather, "rather"), (Than, "than"), (Other_, "other apart"), (Besides, "besides"),
    (No, "no nope nah"), (Cannot, "can't cannot cant couldn't unavailable busy"),
    (Fails, "won't wont isn't"), (Actually, "actually sorry wait"),
    (Of, "of"), (The, "the"), (A, "an"), (AmLetter, "a"), (PmLetter, "p"), (M, "m"),
    (Around, "around about approximately approx roughly circa ca near nearly"), (Past, "past"),
    (Half, "half halfe hlf"), (Quarter, "quarter"), (OClock, "o'clock oclock clock"), (Am, "am"), (Pm, "pm"), (Ish, "ish"),
    (Sharp, "sharp exactly precisely prompt"), (Later, "later"), (Earlier, "earlier sooner"), (Hence, "hence"),
    (Starting, "starting start's beginning_ commencing onwards onward"), (Couple, "couple"), (Few, "few"),
    (Any, "any whichever"), (Anytime, "anytime whenever"), (Every, "every each"), (Some, "some"), (Sometime, "sometime someday"),
    (As, "as"), (Soon, "soon shortly"), (Asap, "asap immediately"), (Possible, "possible poss"),
    (Available, "available free open"), (Earliest, "earliest soonest"), (Latest, "latest"), (Same, "same"), (Time, "time"),
    (More, "more"), (Less, "less"), (Very, "very"), (Slot, "slot opening appointment one"), (Thing, "thing"),
    (Preferably, "preferably ideally maybe perhaps"), (Date, "date"), (T, "t"), (Z, "z"),
    (Please, "please pls plz thanks thx ok okay"),
    (Counted, "people persons person adults adult kids kid children child guests guest friends times euro euros eur \
        dollars dollar usd pounds percent years pairs seats tables rooms miles km kg lb feet foot inches cats cat dogs dog \
        patients units items tickets others more questions options places ppl pax boys girls men women teeth tooth \
        locations sessions visits slots appointments bookings hundred thousand million"),
    (Verb, "works suits is was would is's sounds does seems this has"),
];

/// Those that a slip of the finger may still reach.
const SPELLED: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "september",
    "october",
    "november",
    "december",
    "august",
    "tomorrow",
    "tonight",
    "morning",
    "afternoon",
    "evening",
    "weekend",
    "midnight",
    "yesterday",
    "between",
];

/// Words of their own that are one slip away.
const NOT_MISSPELT: &[&str] = &[
    "mourning",
    "sundry",
    "moaning",
    "mooring",
    "evenings",
    "evening's",
    "remember",
    "members",
    "betweens",
    "weekends",
    "decembers",
];

static MEANINGS: LazyLock<HashMap<&'static str, W>> = LazyLock::new(|| {
    let each = WORDS.iter().flat_map(|(w, spellings)| spellings.split_whitespace().map(|s| (s, *w)));
    // A word listed twice keeps its first meaning.
    let mut meanings = HashMap::new();
    for (spelling, w) in each {
        meanings.entry(spelling).or_insert(w);
    }
    meanings
});

/// What a word means, whatever its case.
pub(super) fn meaning(word: &str) -> W {
    // No word about time is longer; lower-casing more would only cost time.
    if word.len() > 24 {
        return W::Other;
    }
    let lower: String = word
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if super::is_apostrophe(c) { '\'' } else { c })
        .collect();
    let known = |word: &str| MEANINGS.get(word).copied();
    known(&lower)
        .or_else(|| known(lower.strip_suffix("'s")?))
        .or_else(|| {
            if NOT_MISSPELT.contains(&lower.as_str()) {
                return None;
            }
            known(spelling::nearest(&lower, SPELLED.iter().copied())?)
        })
        .unwrap_or(W::Other)
}
