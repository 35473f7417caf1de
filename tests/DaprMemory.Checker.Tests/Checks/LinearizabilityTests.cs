using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>Both deciders, the order of the ETags and the search that ignores it, on histories by hand.</summary>
public sealed class LinearizabilityTests
{
    [Fact]
    public void Read_that_overlaps_a_write_may_see_either_value()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 10).Read("a", "1.0", 3, 4).Read("b", "2.0", 5, 6)).ShouldBe((true, true));
    }

    [Fact]
    public void Read_that_touches_a_write_overlaps_it()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 3, 4)).ShouldBe((true, true));
    }

    [Fact]
    public void Read_of_a_value_replaced_before_it_began_is_a_violation()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 4, 5)).ShouldBe((false, false));
    }

    [Fact]
    public void Stale_value_under_a_new_version_is_a_violation()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 4, 5, version: 2)).ShouldBe((false, false));
    }

    [Fact]
    public void New_value_and_then_the_old_one_is_a_violation_even_while_the_write_goes_on()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 10).Read("b", "2.0", 3, 4).Read("a", "1.0", 5, 6, client: 3)).ShouldBe((false, false));
    }

    [Fact]
    public void Old_version_of_another_key_of_the_space_is_a_violation_of_the_space_only()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("x", "2.0", 2, 3, key: "other").Read("a", "1.0", 4, 5)).ShouldBe((false, true));
    }

    [Fact]
    public void Unacknowledged_write_may_take_effect_late()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", null, 2, 3, outcome: Outcome.Unknown)
            .Read("a", "1.0", 4, 5).Put("c", "2.0", 6, 7).Read("c", "2.0", 8, 9).Read("b", "3.0", 10, 11)).ShouldBe((true, true));
    }

    [Fact]
    public void Unacknowledged_write_may_never_take_effect()
    {
        Both(new Script().Put("b", null, 0, 1, outcome: Outcome.Unknown).Read(null, null, 2, 3).Put("a", "1.0", 4, 5, absent: true).Read("a", "1.0", 6, 7)).ShouldBe((true, true));
    }

    [Fact]
    public void Unacknowledged_write_that_was_read_may_not_vanish()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", null, 2, 3, outcome: Outcome.Unknown).Read("b", "2.0", 4, 5).Read("a", "1.0", 6, 7, version: 2)).ShouldBe((false, false));
    }

    [Fact]
    public void Unacknowledged_delete_explains_a_missing_record()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Delete(null, 2, 3, outcome: Outcome.Unknown).Read("a", "1.0", 4, 5).Read(null, null, 6, 7, version: 2)
            .Put("b", "3.0", 8, 9, absent: true)).ShouldBe((true, true));
    }

    [Fact]
    public void Missing_record_without_a_delete_is_a_violation()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Read(null, null, 2, 3, version: 1)).ShouldBe((false, false));
    }

    [Fact]
    public void Deleted_and_created_again_is_legal()
    {
        Both(new Script().Put("a", "1.0", 0, 1, absent: true).Delete("2.0", 2, 3).Read(null, null, 4, 5, version: 2).Put("b", "3.0", 6, 7, absent: true)
            .Read("b", "3.0", 8, 9)).ShouldBe((true, true));
    }

    [Fact]
    public void Compare_and_set_of_which_one_wins_is_legal()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 5, expected: "1.0").Put("c", "2.0", 3, 6, expected: "1.0", outcome: Outcome.PreconditionFailed, client: 2)
            .Read("b", "2.0", 7, 8)).ShouldBe((true, true));
    }

    [Fact]
    public void Two_compare_and_sets_on_one_value_are_a_lost_update()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 5, expected: "1.0").Put("c", "3.0", 3, 6, expected: "1.0", client: 2)).ShouldBe((false, false));
    }

    [Fact]
    public void Lost_update_is_not_excused_by_an_unacknowledged_write()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("x", null, 0, 1, client: 3, outcome: Outcome.Unknown)
            .Put("b", "2.0", 2, 5, expected: "1.0").Put("c", "3.0", 3, 6, expected: "1.0", client: 2)).ShouldBe((false, false));
    }

    [Fact]
    public void Unacknowledged_creation_may_come_after_an_unacknowledged_delete_that_was_sent_later()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", null, 2, 3, absent: true, outcome: Outcome.Unknown)
            .Delete(null, 4, 5, client: 3, outcome: Outcome.Unknown).Read("b", "3.0", 6, 7)).ShouldBe((true, true));
    }

    [Fact]
    public void Two_creations_without_a_delete_are_a_lost_update()
    {
        Both(new Script().Put("a", "1.0", 0, 5, absent: true).Put("b", "2.0", 1, 6, absent: true, client: 2)).ShouldBe((false, false));
    }

    [Fact]
    public void Compare_and_set_of_a_value_that_only_an_unacknowledged_write_can_have_left_is_legal()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", null, 2, 3, outcome: Outcome.Unknown)
            .Put("c", "2.0", 4, 5, expected: "1.0", outcome: Outcome.PreconditionFailed, client: 2)
            .Put("c2", "3.0", 6, 7, expected: "2.0", client: 2)).ShouldBe((true, true));
    }

    [Fact]
    public void Refusal_without_a_reason_is_a_violation()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "1.0", 2, 3, expected: "1.0", outcome: Outcome.PreconditionFailed, client: 2)).ShouldBe((false, false));
        Both(new Script().Put("b", null, 2, 3, absent: true, outcome: Outcome.PreconditionFailed)).ShouldBe((false, false));
        Both(new Script().Put("a", "1.0", 0, 1).Delete(null, 2, 3, outcome: Outcome.NotFound, version: 1)).ShouldBe((false, false));
    }

    [Fact]
    public void Refusal_within_a_commit_is_explained_by_its_earlier_entries()
    {
        Both(new Script().Put("a", "1.0", 0, 9).Delete("1.1", 0, 9, client: 2).Put("b", "1.0", 0, 9, absent: true, outcome: Outcome.PreconditionFailed, client: 3)
            .Put("c", "1.2", 0, 9, absent: true, client: 4)).ShouldBe((true, true));
    }

    [Fact]
    public void Delete_of_nothing_is_a_violation()
    {
        Both(new Script().Delete("1.0", 0, 1)).ShouldBe((false, false));
    }

    [Fact]
    public void Places_against_the_order_of_time_are_a_violation_that_only_the_places_show()
    {
        Both(new Script().Put("a", "2.0", 0, 1).Put("b", "1.0", 2, 3)).ShouldBe((false, true));
    }

    [Fact]
    public void Failed_write_binds_nobody()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", null, 2, 3, outcome: Outcome.Failed).Read("a", "1.0", 4, 5)).ShouldBe((true, true));
    }

    [Fact]
    public void Reads_of_weaker_levels_are_not_asked_to_be_linearizable()
    {
        Both(new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 4, 5, level: Level.Session)).ShouldBe((true, true));
    }

    static (bool ByPlaces, bool BySearch) Both(Script script)
    {
        var index = script.Index;
        var undecided = new List<string>();
        var result = (Linearizability.Check(index).Count == 0, RegisterSearch.Check(index, new CheckOptions(), undecided).Count == 0);
        undecided.ShouldBeEmpty();
        return result;
    }
}
