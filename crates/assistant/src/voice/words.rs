//! Words that a chat model may not say of its own, by what they would claim.
//!
//! Entries are in small letters. One that ends with `*` stands for every word that begins so.

use super::check::Refusal;

/// Words, by what they would claim.
pub(super) const WORDS: &[(Refusal, &str)] = &[
    (
        Refusal::Figure,
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
         eighteen nineteen twenty* thirty* forty* fifty* sixty* seventy* eighty* ninety* hundred* thousand* million* \
         billion* dozen* half halves quarter* third* fourth fifth sixth seventh eighth ninth tenth eleventh twelfth \
         first second seconds double triple twice thrice single pair couple percent* per number* ii iii iv vi vii viii ix xi xii",
    ),
    (
        Refusal::Time,
        "monday* tuesday* wednesday* thursday* friday* saturday* sunday* mon tue tues wed weds thu thur thurs fri sat sun \
         january february march april june july august september october november december jan feb mar apr jun jul aug sep \
         sept oct nov dec today* tonight* tomorrow* tmrw tmr yesterday* morning* afternoon* evening* night* nightly noon* midday \
         midnight* weekend* weekday* week weeks weekly biweekly fortnight* month* year* annual* days daily hour* minute* min \
         mins hrs hr o'clock oclock pm a.m p.m dawn dusk lunch* breakfast dinner holiday* christmas easter spring \
         summer autumn winter season* date dates deadline* schedule* timetable calendar* early earlier earliest late later latest \
         soon sooner soonest shortly immediate* instant* moment* hurry",
    ),
    (
        Refusal::Money,
        "eur euro* usd dollar* gbp pound* cent cents pence chf yen buck bucks quid price* pricing cost* fee fees \
         charge* cheap* expensive* pricey discount* refund* reimburse* pay pays paying paid payment* payable bill* deposit* insur* \
         afford* complimentary gratis rate rates rebate* voucher* coupon* promo* deal deals sale sales money cash \
         credit debit invoice* tip tips bonus* gift* prize* win wins",
    ),
    (
        Refusal::Contact,
        "phone* telephone* tel mobile call calls calling email* e-mail* mail* inbox http* www* website* webpage* homepage site url* \
         link* online fax whatsapp sms texted dial hotline portal app address* street* avenue road lane \
         boulevard floor* upstairs downstairs located location* building* room rooms entrance* door doors parking park \
         station corner opposite nearby map maps direction* contact* reach*",
    ),
    (
        Refusal::Deed,
        "book* rebook* reserv* reschedul* scheduled schedul* cancel* appointment* meeting* visit* confirm* arrang* move* moving changed changing \
         change* postpon* register* registration enrol* enroll* slot* session* spot* pencil* squeez* record* noted note \
         notes saved save add added adding updat* complet* process* submit* sent send* sending forward* notif* remind* \
         inform* finali* secur* hold* held set put fixed order* request* delet* remov* transfer* ticket* reference* done \
         finished sorted ready approv* granted accept* agreed",
    ),
    (
        Refusal::Availability,
        "availab* unavailab* free freely open opens opened opening* close closes closed closing* closure* vacan* full fully walk-in* \
         walkin* wait waits waiting capacity opportunit* shut* busy unoccupied taken gap gaps",
    ),
    (
        Refusal::Business,
        "we we're we've we'll we'd our ours ourselves us let's clinic* practice* salon* studio* office* shop* store* company business* \
         staff team* doctor* dr physician* nurse* therap* dentist* stylist* barber* specialist* expert* colleague* manager* \
         receptionist* owner* boss customer* client* patient* offer* provid* service* treat* product* sell* sold deliver* \
         polic* guarant* promis* warrant* allow* require* requirement* must mandatory forbid* prohibit* permit* rule* \
         recommend* wifi wi-fi toilet* restroom* wheelchair* pets dog dogs children kids access* equip* certifi* licen* \
         qualif* award* located program programs package* membership* member* here's stock equipment facilit* amenit*",
    ),
    (
        Refusal::Promise,
        "will won't i'll you'll they'll it'll he'll she'll someone'll somebody'll that'll there'll shall gonna someone somebody \
         somewhere guarantee* ensure* assure* sure-fire follow-up promised expect*",
    ),
    (
        Refusal::Person,
        "human* person* man woman male female wife husband mother father son daughter born married body alive flesh \
         robot* bot bots machine* ai a.i computer* artificial* model* trained training openai chatgpt gpt* smollm* hugging \
         huggingface anthropic google microsoft meta qwen* llama* alibaba prompt* instruct* system* developer* named",
    ),
    (
        Refusal::Advice,
        "medic* medicat* dose* dosage* pill* drug* ibuprofen paracetamol aspirin antibiotic* symptom* diagnos* disease* \
         infect* cancer* prescri* emergenc* ambulance suicid* kill* die dies dead death lawyer* legal* lawsuit* sue invest* loan* tax* \
         vaccin* injur* surger* surgeon* cure* heal* hospital* blood fever allerg* pregnan* alcohol weapon* politic* \
         elect* religio* sex* password* pin token* id account* login",
    ),
];

/// Two or more words that claim something only together.
pub(super) const TOGETHER: &[(Refusal, &str)] = &[
    (Refusal::Time, "any day"),
    (Refusal::Time, "every day"),
    (Refusal::Time, "all day"),
    (Refusal::Time, "each day"),
    (Refusal::Time, "same day"),
    (Refusal::Time, "next day"),
    (Refusal::Time, "day after"),
    (Refusal::Time, "day before"),
    (Refusal::Time, "this day"),
    (Refusal::Time, "right now"),
    (Refusal::Time, "right away"),
    (Refusal::Time, "at once"),
    (Refusal::Time, "in may"),
    (Refusal::Time, "of may"),
    (Refusal::Time, "this may"),
    (Refusal::Time, "next may"),
    (Refusal::Time, "until may"),
    (Refusal::Time, "till may"),
    (Refusal::Time, "by may"),
    (Refusal::Time, "before may"),
    (Refusal::Time, "after may"),
    (Refusal::Time, "from may"),
    (Refusal::Time, "on may"),
    (Refusal::Promise, "going to"),
    (Refusal::Promise, "about to"),
    (Refusal::Person, "my name"),
    (Refusal::Person, "i live"),
    (Refusal::Deed, "all set"),
    (Refusal::Deed, "taken care"),
    (Refusal::Deed, "took care"),
    (Refusal::Deed, "in the system"),
    (Refusal::Deed, "got you"),
    (Refusal::Deed, "have you down"),
    (Refusal::Deed, "signed up"),
    (Refusal::Deed, "sign up"),
    (Refusal::Deed, "see you"),
    (Refusal::Deed, "fit you"),
    (Refusal::Agreement, "of course"),
    (Refusal::Agreement, "no problem"),
    (Refusal::Agreement, "no worries"),
    (Refusal::Agreement, "by all means"),
    (Refusal::Agreement, "you bet"),
    (Refusal::Agreement, "got it"),
    (Refusal::Agreement, "all good"),
    (Refusal::Agreement, "good to go"),
    (Refusal::Agreement, "is fine"),
    (Refusal::Agreement, "that's fine"),
    (Refusal::Agreement, "it's fine"),
    (Refusal::Agreement, "as you say"),
    (Refusal::Agreement, "as planned"),
];

/// Words that agree or disagree, wherever they stand.
pub(super) const AGREEMENT: &str = "yes yeah yep yup aye sure surely certainly definitely absolutely totally indeed exactly precisely correct correctly right \
                                    true truly agreed undoubtedly nope nah alright okay works";

/// Words that do so at the beginning.
pub(super) const OPENING_AGREEMENT: &str = "no not never ok naturally obviously fine perfect";

/// Words of which an echo consists: "You are.", "I think so."
pub(super) const ECHO: &str = "a all am are as be been believe but can could did do does done fine for go good got had has have he i i'm i've is isn't it it's \
                               may might no not of oh ok on say she should so that that's the there they they're think this to too very was well were \
                               would you you're you've your";

/// Polite turns of phrase with such words in them that claim nothing.
pub(super) const HARMLESS: &[&str] = &[
    "can i help you today",
    "may i help you today",
    "can i assist you today",
    "may i assist you today",
    "can i do for you today",
    "how are you today",
    "how are you doing today",
    "are you today",
    "are you doing today",
    "help you book an appointment",
    "like to book an appointment",
    "help you with your appointment",
    "help you with your appointments",
    "help you with appointments",
    "help with appointments",
    "help with your appointment",
    "help with your appointments",
    "thank you for reaching out",
    "thanks for reaching out",
    "i am an automated assistant",
    "i'm an automated assistant",
    "i am a program",
    "i'm a program",
    "just a program",
    "just a computer program",
    "i'm ready to help",
    "i am ready to help",
];

/// What an answer to a question about the business may consist of besides facts.
pub(super) const COURTESY: &str = "a am and asking assist can do else for glad good happy hello help here hi how i i'm in is it know like \
                                   me more my of please question sorry thank thanks that the to welcome with you you're your anything";
