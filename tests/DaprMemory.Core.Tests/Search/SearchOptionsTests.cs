using System.ComponentModel.DataAnnotations;
using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>Which weights are taken.</summary>
public sealed class SearchOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Errors(new SearchOptions()).ShouldBeEmpty();

    [Theory]
    [InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void Share_outside_of_its_range_is_refused_by_name(double share) =>
        Errors(new SearchOptions { FromTurnsBefore = [0.5, share] }).ShouldHaveSingleItem().ShouldContain(nameof(SearchOptions.FromTurnsBefore));

    [Fact]
    public void Too_many_turns_are_refused() =>
        Errors(new SearchOptions { FromTurnsBehind = [.. Enumerable.Repeat(0.1, SearchOptions.MaxTurns + 1)] }).ShouldHaveSingleItem().ShouldContain("up to 8");

    static List<string> Errors(SearchOptions options)
    {
        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true);
        return [.. errors.Select(e => e.ErrorMessage!)];
    }
}
