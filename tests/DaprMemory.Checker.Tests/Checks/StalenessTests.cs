using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>How old an eventual read may be.</summary>
public sealed class StalenessTests
{
    static readonly CheckOptions Options = new() { StalenessAge = TimeSpan.FromMilliseconds(100), StalenessVersions = 3 };

    [Theory]
    [InlineData(103, false)]
    [InlineData(104, true)]
    public void Value_replaced_longer_ago_than_the_bound_is_a_violation(long begin, bool broken)
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", begin, begin + 1, level: Level.Eventual).Broken(Options)
            .ShouldBe(broken ? [Promise.BoundedStaleness] : []);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Value_replaced_more_versions_ago_than_the_bound_is_a_violation(int newer, bool broken)
    {
        var script = new Script().Put("a", "1.0", 0, 1);
        for (var i = 0; i < newer; i++)
            script.Put($"b{i}", $"{i + 2}.0", (2 * i) + 2, (2 * i) + 3);
        script.Read("a", "1.0", 20, 21, level: Level.Eventual).Broken(Options).ShouldBe(broken ? [Promise.BoundedStaleness] : []);
    }

    [Fact]
    public void Missing_record_that_was_written_longer_ago_than_the_bound_is_a_violation()
    {
        new Script().Put("a", "1.0", 0, 1).Read(null, null, 200, 201, level: Level.Eventual).Broken(Options).ShouldBe([Promise.BoundedStaleness]);
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(196, true)]
    public void Value_older_than_the_bound_is_a_violation_only_if_it_is_also_older_than_the_answer_says(long age, bool broken)
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 200, 201, level: Level.Eventual).SayingAge(age).Broken(Options)
            .ShouldBe(broken ? [Promise.BoundedStaleness] : []);
    }
}
