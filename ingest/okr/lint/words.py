"""Classes of English words: what one does oneself, what one makes oneself, and what other people do."""


def words_of(text: str) -> frozenset[str]:
    """A set of words, separated by blanks."""
    return frozenset(text.split())


TASK_VERBS = words_of(
    """
    attend read publish launch write complete ship train migrate build implement finish host organise organize deliver
    develop redesign design rewrite refactor deploy release document draft prepare conduct introduce establish produce
    translate study watch learn visit practise practice record film send post test review update upgrade install
    configure buy purchase plan schedule attempt pass contact email call pitch submit apply register enrol enroll
    present teach give run hold create make set roll start open add meet interview hire do take join research
    analyse analyze automate move switch rebrand print upload tweet blog adopt sign audit clean answer close resolve
    fix merge commit code program sketch paint compose edit cook bake travel go spend work invest lead facilitate
    speak talk evaluate investigate define decide agree listen participate volunteer explore compile consolidate
    integrate modernise modernize assemble brainstorm survey consult coach mentor negotiate advertise promote outsource
    digitise digitize standardise standardize deprecate archive undertake finalise finalize wrap share tidy benchmark
    pilot experiment reply respond devour binge sit
    """
)
"""Verbs at the head of a title that name something one does oneself."""

NOUN_VERBS = words_of(
    """
    blog post film record plan test email call contact program code work lead start host open research practice study
    watch share mentor coach survey pilot reply market talk speak answer cook travel edit paint contract sample
    """
)
"""Those that are nouns as well: `blog articles shared by readers`."""

OPEN_VERBS = words_of("run hold make take start add set open give lead move create build deliver do produce")
"""Those of them that may just as well bring an outcome about: `hold churn under 2%`, `add 500 subscribers`."""

DONE = words_of(
    """
    attended read published launched written completed shipped trained migrated built implemented finished hosted
    organised organized delivered developed redesigned designed rewritten refactored deployed released documented
    drafted prepared conducted introduced established produced translated studied watched learned learnt visited
    practised recorded filmed sent posted tested reviewed updated upgraded installed configured bought planned
    scheduled passed contacted pitched submitted enrolled presented taught given held created hired joined obtained
    earned acquired automated moved rebranded printed uploaded tweeted adopted audited merged committed edited run
    done made interviewed
    """
)
"""Participles of what one did oneself: `certificate obtained`, `10 books read`."""

ACQUIRE = words_of("get gain obtain earn acquire receive secure achieve hold collect become be")
CREDENTIALS = words_of(
    """
    certificate certificates certification certifications certified degree diploma diplomas licence license
    accreditation qualification qualifications credential credentials badge badges mba accredited qualified
    """
)

OUTPUTS = words_of(
    """
    campaign campaigns post posts article articles workshop workshops course courses training trainings book books
    release releases feature features video videos episode episodes podcast podcasts commits meeting meetings
    webinar webinars report reports document documents page pages whitepaper whitepapers paper papers tutorial
    tutorials deployment deployments email emails mailing mailings tweets seminar seminars class classes lesson lessons
    certificate certificates chapter chapters newsletter newsletters migration website app prototype prototypes
    presentation presentations experiments ads advertisements flyers brochure brochures lines sprints tickets tasks
    conference conferences
    """
)
"""What one makes or uses oneself, where it is the thing that a title counts."""

FAULTS = words_of(
    """
    bug bugs defect defects regression regressions typo typos mistake mistakes error errors vulnerability
    vulnerabilities crash crashes hotfix hotfixes rollback rollbacks rework deadline deadlines overrun overruns
    debt warnings outages incidents
    """
)
"""What one's own work lacks; who counts it can make it less by looking away."""

FEWER = words_of(
    "fewer less no zero reduce reducing cut lower halve eliminate avoid decrease decreased drop remove without"
)

OUTCOMES = words_of(
    """
    request requests invitation invitations invite invites subscriber subscribers follower followers connection
    connections attendee attendees attendance customer customers client clients user users reader readers visitor
    visitors member members lead leads referral referrals recommendation recommendations order orders purchase purchases
    repurchases sale sales revenue income turnover churn retention offer offers enquiry enquiries inquiry inquiries
    reply replies response responses mention mentions donation donations donor donors signup signups sign-up sign-ups
    registration registrations download downloads install installs conversion conversions rating ratings satisfaction
    nps score complaint complaints cancellation cancellations unsubscribes backlinks citation citations star stars
    contributor contributors listener listeners viewer viewers view views visit visits applicant applicants
    application applications booking bookings gig gigs engagement engagements opens clicks share traffic
    precision time latency uptime loyalty value adoption usage audience participants guests students partners sponsors
    volunteers fans people organisers organizers editors recruiters readership subscriptions bounce bounces renewals
    renewal trials introductions collaborations testimonials endorsements
    """
)
"""What others do, or are, or what the world gives back."""

OTHERS = OUTCOMES & words_of(
    """
    subscriber subscribers follower followers attendee attendees customer customers client clients user users reader
    readers visitor visitors member members donor donors contributor contributors listener listeners viewer viewers
    applicants participants guests students partners sponsors volunteers fans people organisers organizers editors
    recruiters audience
    """
) | words_of(
    """
    companies conferences buyers shoppers strangers peers others hosts outsiders teams developers patients pupils
    parents journalists teachers neighbours neighbors passengers suppliers authors citizens tenants children families
    tourists diners prospects vendors investors couriers pedestrians cyclists commuters learners mentees alumni
    residents
    """
)
"""People whose behaviour counts."""

OWN = words_of("me us myself ourselves the team our my end then december january june july")
"""What follows `by` where it names no third party."""

DOINGS = words_of(
    "completion participation publication implementation introduction creation rollout relaunch launch migration "
    "deployment rebranding relocation redesign development"
)
"""Nouns of what one does oneself, where no share of others makes it theirs: `course completion +20%`."""

UNIVERSAL = words_of("every each all always any no everyone everybody")
PASSES = words_of(
    """
    pass passes passing clear clears cleared approved approval review reviews audit inspection compliant complies
    comply gate gates green checks rejected objections
    """
)
PUNCTUAL = (
    "on time",
    "on schedule",
    "within budget",
    "on budget",
    "first time",
    "first try",
    "first attempt",
    "first go",
    "first pass",
    "at once",
    "without rework",
    "without corrections",
    "without objections",
    "without delay",
    "without changes",
    "test coverage",
    "code coverage",
    "story points",
    "velocity",
)
"""How one's own work went, as oneself says it."""

STATES = (
    "live",
    "online",
    "in place",
    "up and running",
    "in production",
    "operational",
    "available",
    "ready",
    "complete",
    "done",
    "finished",
    "approved",
    "introduced",
    "launched",
    "exists",
    "signed",
    "certified",
    "signed off",
    "published",
    "deployed",
    "released",
    "set up",
    "established",
    "implemented",
)
"""How a title ends that is either so or not."""

ENDLESS = (
    "asap",
    "as soon as possible",
    "someday",
    "some day",
    "eventually",
    "ongoing",
    "sooner or later",
    "in the future",
    "at some point",
    "when there is time",
    "one day",
    "whenever possible",
    "until further notice",
)

NOT_ENGLISH = words_of(
    """
    der das und ein eine einen mehr für mit unsere unser meine auf von bis wir ich nicht den dem zum zur
    le les des une pour avec notre mes nos el por para con más nuestro il più di della
    """
)
"""Small words of English's neighbours that English has not: `plus`, `per` and `Los Angeles` are both."""
