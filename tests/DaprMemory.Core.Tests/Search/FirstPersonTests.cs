using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Search;

/// <summary>Questions about an author as that author would put them, and who counts as named.</summary>
public sealed class FirstPersonTests
{
    readonly MemoryIndex _index = new(new SearchOptions());

    public FirstPersonTests()
    {
        foreach (var agent in new[] { "Ann", "Bob Stone", "Cy Stone", "planner-1", "Will", "a" })
            _index.Put(new MemoryDocument($"of-{agent}", new ETag(1, 0), "text", agent, default));
    }

    [Theory]
    [InlineData("What did Ann buy?", "What did I buy?")]
    [InlineData("What does Ann think of her job?", "What do I think of my job?")]
    [InlineData("Is Ann happy?", "Am I happy?")]
    [InlineData("What is Ann's favourite book?", "What is my favourite book?")]
    [InlineData("Who gave it to Ann?", "Who gave it to me?")]
    [InlineData("What did Bob Stone say?", "What did I say?")]
    [InlineData("What did Bob say?", "What did I say?")]
    [InlineData("what has ann done", "what have I done")]
    [InlineData("What did planner-1 decide?", "What did I decide?")]
    [InlineData("When will Will arrive?", "When will I arrive?")]
    public void Question_that_names_an_author_is_put_in_the_first_person(string question, string rewritten) =>
        _index.TextForVector(question).ShouldBe(rewritten);

    [Theory]
    [InlineData("What did she buy?"), InlineData("What did Stone say?"), InlineData("Will Zoe have a look?"), InlineData("Is it a planner?"), InlineData("")]
    public void Question_that_names_none_stays_as_it_is(string question) => _index.TextForVector(question).ShouldBe(question);

    [Fact]
    public void Agent_without_memories_is_no_author_any_more()
    {
        _index.Remove("of-Ann");

        _index.TextForVector("What did Ann buy?").ShouldBe("What did Ann buy?");
    }
}
