#include "store/state_rows.h"

#include <doctest/doctest.h>

#include "store/history_rows.h"
#include "store/history_schema.h"
#include "support/organisations.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("state rows: a history of format 1 gets the tables, and keeps its deliveries") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  const LockWait wait;
  const auto schema = [](const Database& database) {
    return database.text(
        "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)");
  };
  std::string newest;
  {
    const auto database = open_history(path, kHistoryTime, wait);
    newest = schema(*database);
    WriteTransaction transaction(*database);
    insert_batch(*database, batch_to("a", {"http://a/"}), "o");
    database->run("DROP TABLE booking; DROP TABLE schedule_override; DROP TABLE human");
    // As format 1 was at first.
    database->run(
        "DROP INDEX delivery_pending; DROP INDEX delivery_filter;"
        "CREATE INDEX delivery_event ON delivery (event);"
        "CREATE INDEX delivery_webhook_id ON delivery (webhook_id);"
        "CREATE INDEX delivery_url ON delivery (url);"
        "CREATE INDEX delivery_state ON delivery (state);"
        "CREATE INDEX delivery_recovered ON delivery (seq);"
        "CREATE INDEX delivery_last_status ON delivery (last_status);"
        "CREATE INDEX delivery_last_error ON delivery (last_error);"
        "CREATE INDEX delivery_slowest_us ON delivery (slowest_us)");
    database->run("PRAGMA user_version = 1");
    transaction.commit();
  }
  Organisation organisation = open_organisation(path);
  CHECK(organisation.humans().empty());
  organisation.add_human(kAda, std::nullopt, kHistoryTime);
  const auto database = open_history(path, kHistoryTime, wait);
  CHECK(database->number("PRAGMA user_version") == kHistoryFormat);
  CHECK(schema(*database) == newest);
  CHECK(database->number("SELECT count(*) FROM delivery") == 1);
  CHECK(database->number("SELECT count(*) FROM human") == 1);
}

TEST_CASE("state rows: words that no version has written") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  Organisation organisation = open_organisation(path);
  const std::string ada = organisation.add_human(kAda, std::nullopt, kHistoryTime).id;
  organisation.set_availability(ada, office_hours());
  organisation.add_override(ada, "Off", weekly(OverrideType::block, 1, office_hours().work),
                            kHistoryTime);
  const Database other = second_connection(path);
  const auto after = [&](const std::string& change) {
    other.run(change);
    return thrown([&] { organisation.state(); });
  };
  const std::string start = "STORE_ERROR: cannot read " + path + ": ";
  CHECK(after("UPDATE schedule_override SET start_date = '2026-02-30'")
            .starts_with(start +
                         "a word in it is damaged: start_date: expected a date such as 2026-03-16, "
                         "got '2026-02-30'"));
  CHECK(after("UPDATE schedule_override SET start_date = '2026-03-01', recurrence = '{'")
            .starts_with(start + "JSON in it is damaged"));
  CHECK(after("UPDATE schedule_override SET recurrence = '{}'")
            .starts_with(start + "a word in it is damaged: recurrence.freq: "));
  CHECK(after("UPDATE human SET availability = '{}'")
            .starts_with(start + "a word in it is damaged: working_days: "));
  CHECK(after("UPDATE human SET availability = NULL; DELETE FROM schedule_override") == "nothing");
}
