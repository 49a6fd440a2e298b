"""A state machine over the whole loop: people, trouble, kills and imports in any order; then quiet, then the promises.

clocks       one time for all, and how far the clock here is off
tripwires    the places of an import at which it may be killed, overtaken or interrupted
plant        both simulators in process, the real adapters and the real store; what runs imports
people       what people do on both sides, and the book of it
wanted       the values wanted in Autotask, thought out a second time
fitting      which records the filter takes, thought out a second time
locks        which fields are locked, and that they stay
leaving_out  the promises about those that it does not take
view         everything that stands on both sides and in the store
excuses      why a record may be held, failing or left alone
promises     the invariants of design/protocols.md section 8, one function each
restraint    two of them, which are about where Taskforce holds back by itself
faults       trouble by name
choices      what hypothesis chooses from
administrators  the rules by which settings change
machine      the other rules
tally        how much was survived
"""
