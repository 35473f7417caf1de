using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Tests.History;

/// <summary>ETags as places.</summary>
public sealed class PlaceTests
{
    [Theory]
    [InlineData("\"12.3\"", 12, 3)]
    [InlineData("1.0", 1, 0)]
    public void Etag_is_read_with_or_without_quotes(string text, long commit, int entry)
    {
        Place.TryParse(text, out var place).ShouldBeTrue();
        place.ShouldBe(new Place(commit, entry));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"12\"")]
    [InlineData("-1.0")]
    [InlineData("1.0.0")]
    public void Other_text_is_refused(string text) => Place.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Places_are_ordered_by_commit_and_then_by_entry()
    {
        (new Place(2, 0) > new Place(1, 9)).ShouldBeTrue();
        (new Place(2, 0) < new Place(2, 1)).ShouldBeTrue();
        (new Place(10, 0) >= new Place(9, 0)).ShouldBeTrue();
        (new Place(10, 0) <= new Place(10, 0)).ShouldBeTrue();
    }
}
