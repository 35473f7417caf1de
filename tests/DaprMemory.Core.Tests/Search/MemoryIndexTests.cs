using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Search;

/// <summary>What an index finds, why, and what it never finds.</summary>
public sealed class MemoryIndexTests
{
    static readonly DateTimeOffset Now = new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);
    readonly MemoryIndex _index = new(new SearchOptions());

    [Fact]
    public async Task Removed_memory_is_not_found_again()
    {
        Put("a", "The launch is on Friday.");
        Put("b", "The launch was moved.");
        _index.Remove("a");
        _index.Remove("never there");

        (await FindAsync("launch")).ShouldBe(["b"]);
        _index.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Replaced_memory_is_found_by_its_new_words_only()
    {
        Put("a", "The launch is on Friday.");
        Put("a", "The party is on Monday.");

        (await FindAsync("launch")).ShouldBeEmpty();
        (await FindAsync("party")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Index_without_memories_and_query_without_words_find_nothing()
    {
        (await FindAsync("launch")).ShouldBeEmpty();
        Put("a", "The launch is on Friday.");

        (await FindAsync("")).ShouldBeEmpty();
        (await FindAsync("?!")).ShouldBeEmpty();
        (await _index.SearchAsync(new MemoryQuery("launch", Now) { Limit = 0 }, default)).Hits.ShouldBeEmpty();
    }

    [Fact]
    public async Task Index_emptied_answers_and_takes_memories_again()
    {
        Put("a", "launch");
        _index.Remove("a");
        (await FindAsync("launch")).ShouldBeEmpty();

        Put("a", "launch");
        (await FindAsync("launch")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Turn_is_found_by_the_words_of_the_turn_before_it()
    {
        Put("q", "Which restaurant did you like best?", session: "s", turn: 1);
        Put("answer", "Definitely Luigi.", session: "s", turn: 2);
        Put("other", "Definitely Mario.", session: "s", turn: 9);

        var hits = (await _index.SearchAsync(new MemoryQuery("best restaurant", Now), default)).Hits;

        hits.Single(h => h.Document.Id == "answer").Matched.ShouldBe(MatchReasons.Context | MatchReasons.Recency);
        hits.Single(h => h.Document.Id == "q").Matched.ShouldBe(MatchReasons.Keyword | MatchReasons.Recency);
    }

    [Fact]
    public async Task Memories_without_turns_lend_nothing_and_are_found()
    {
        Put("fact", "Ann likes the restaurant Luigi.");
        Put("same session", "Nothing of that.", session: "s");
        Put("and this", "restaurant", session: "s");

        (await FindAsync("restaurant")).ShouldBe(["and this", "fact"], ignoreOrder: true);
    }

    [Fact]
    public async Task Author_who_is_named_comes_before_who_is_only_talked_about()
    {
        Put("by bob", "I met Ann, she paints.", agent: "Bob", session: "s", turn: 1);
        Put("far", "...", session: "s", turn: 50, agent: "Bob");
        Put("by ann", "I paint landscapes.", agent: "Ann", session: "s", turn: 100);

        var hits = (await _index.SearchAsync(new MemoryQuery("What does Ann paint?", Now), default)).Hits;

        hits[0].Document.Id.ShouldBe("by ann");
        hits[0].Matched.HasFlag(MatchReasons.Author).ShouldBeTrue();
        hits[1].Matched.HasFlag(MatchReasons.Author).ShouldBeFalse();
    }

    [Fact]
    public async Task Fact_about_somebody_who_is_an_author_elsewhere_is_found_by_the_name()
    {
        Put("turn", "I see.", agent: "Ann", session: "s", turn: 1);
        Put("about ann", "Ann is allergic to peanuts.", agent: "extractor");
        Put("about bob", "Bob is allergic to gluten.", agent: "extractor");

        (await FindAsync("What is Ann allergic to?"))[0].ShouldBe("about ann");
    }

    [Fact]
    public async Task What_was_said_or_tells_of_the_time_asked_comes_first()
    {
        Put("june", "We had a great party.", at: new DateTimeOffset(2023, 6, 3, 0, 0, 0, TimeSpan.Zero));
        Put("may", "We had a great party.", at: new DateTimeOffset(2023, 5, 3, 0, 0, 0, TimeSpan.Zero));
        Put("told in july", "Last month we had a great party.", at: new DateTimeOffset(2023, 7, 3, 0, 0, 0, TimeSpan.Zero));
        Put("april", "We had a great party.", at: new DateTimeOffset(2023, 4, 3, 0, 0, 0, TimeSpan.Zero));

        var hits = (await _index.SearchAsync(new MemoryQuery("Which party was in June 2023?", Now), default)).Hits;

        hits.Take(2).Select(h => h.Document.Id).ShouldBe(["june", "told in july"], ignoreOrder: true);
        hits.Where(h => h.Matched.HasFlag(MatchReasons.Time)).Select(h => h.Document.Id).ShouldBe(["june", "told in july"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("restuarant"), InlineData("restaurnt"), InlineData("restaurrant"), InlineData("resteurant")]
    public async Task Misspelled_word_finds_what_was_meant(string word)
    {
        Put("a", "A restaurant by the sea.");
        Put("b", "A cinema by the sea.");

        (await FindAsync(word)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Word_that_is_there_is_never_taken_for_a_misspelling()
    {
        Put("a", "A hound.");
        Put("b", "I found it.");

        (await FindAsync("hound")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Text_that_is_not_English_is_found_by_its_own_words()
    {
        Put("de", "Ich habe die Rechnungen und das Angebot nicht mit der Post geschickt.");
        Put("ja", "東京都に住んでいます");
        Put("en", "The bills were sent.");

        (await FindAsync("Rechnungen")).ShouldBe(["de"]);
        (await FindAsync("東京")).ShouldBe(["ja"]);
    }

    [Fact]
    public async Task What_is_linked_to_a_hit_is_found_with_it_either_way()
    {
        Put("plan", "The launch is on Friday.", links: ["reason"]);
        Put("reason", "Because of the fair.");
        Put("remark", "A pity.", links: ["plan", "gone"]);
        Put("other", "Nothing of that.");

        var hits = (await _index.SearchAsync(new MemoryQuery("launch", Now), default)).Hits;

        hits.Select(h => h.Document.Id).ShouldBe(["plan", "reason", "remark"], ignoreOrder: true);
        hits[0].Document.Id.ShouldBe("plan");
        hits.Skip(1).ShouldAllBe(h => h.Matched.HasFlag(MatchReasons.Links) && !h.Matched.HasFlag(MatchReasons.Keyword));
    }

    [Fact]
    public async Task Least_score_leaves_out_the_hits_below_it_and_no_others()
    {
        for (var i = 0; i < 30; i++)
            Put($"m{i}", string.Join(' ', Enumerable.Repeat("other", i).Append("launch")));
        var all = (await _index.SearchAsync(new MemoryQuery("launch", Now) { Limit = 100 }, default)).Hits;

        var some = (await _index.SearchAsync(new MemoryQuery("launch", Now) { Limit = 100, MinScore = all[10].Score }, default)).Hits;

        all.ShouldAllBe(h => h.Score > 0 && h.Score < 1);
        some.ShouldBe(all.Where(h => h.Score >= all[10].Score));
    }

    [Fact]
    public async Task Query_and_memory_of_any_length_are_taken()
    {
        var long1 = string.Join(' ', Enumerable.Range(0, 20_000).Select(i => $"word{i} wrod{(char)('a' + i % 26)}x{(char)('a' + i / 26 % 26)}"));
        Put("long", long1 + " launch");
        Put("blob", new string('x', 60_000));

        (await FindAsync(long1)).ShouldContain("long");
        (await FindAsync(new string('x', 60_000))).ShouldBe(["blob"]);
        (await FindAsync("launch")).ShouldBe(["long"]);
    }

    [Fact]
    public async Task Cancelled_search_ends()
    {
        Put("a", "launch");

        await Should.ThrowAsync<OperationCanceledException>(async () => await _index.SearchAsync(new MemoryQuery("launch", Now), new CancellationToken(true)));
    }

    void Put(string id, string text, string agent = "planner", string? session = null, long? turn = null, DateTimeOffset? at = null, string[]? links = null) =>
        _index.Put(new MemoryDocument(id, new ETag(1, 0), text, agent, at ?? Now) { Session = session, Turn = turn, Links = links });

    async Task<List<string>> FindAsync(string text) =>
        [.. (await _index.SearchAsync(new MemoryQuery(text, Now), default)).Hits.Select(h => h.Document.Id)];
}
