using DaprMemory.Core.Sessions;

namespace DaprMemory.Core.Tests.Sessions;

/// <summary>Reads of random sessions, some of whose blocks are lost, against a plain list.</summary>
public sealed class TurnPageTests
{
    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 20));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Pages_are_those_of_a_plain_list(int seed)
    {
        var random = new Random(seed);
        var (strong, hot) = (new FaultyStore.Shared(), new FaultyStore.Shared());
        var writer = new SessionNode(strong, hot);
        var all = new List<(string Text, int Block)>();
        var blocks = random.Next(1, 120);
        for (var block = 1; block <= blocks; block++)
        {
            var texts = Enumerable.Range(0, random.Next(4) == 0 ? random.Next(1, 40) : 1).Select(i => new string('x', random.Next(60)) + $"-{block}-{i}").ToArray();
            await writer.SayAsync("s", texts);
            all.AddRange(texts.Select(text => (text, block)));
        }
        await writer.SettleAsync("s");
        var lost = new HashSet<int>();
        while (seed % 2 == 0 && random.Next(5) != 0)
        {
            var (from, length) = (random.Next(1, blocks + 1), random.Next(1, 30));
            for (var block = from; block < Math.Min(from + length, blocks); block++)
            {
                if (lost.Add(block))
                    hot.Values.TryRemove(hot.Values.Keys.Single(key => key.EndsWith($":{block:x16}", StringComparison.Ordinal)), out _);
            }
        }

        var reader = new SessionNode(strong, hot, options: new SessionsOptions { CacheBytes = random.Next(2) * 100_000 });
        for (var i = 0; i < 60; i++)
        {
            var query = new TurnQuery(
                random.Next(3) == 0 ? null : random.Next(1, all.Count + 3),
                random.Next(2) == 0 ? 1000 : random.Next(1, 50),
                random.Next(2) == 0 ? null : random.Next(1, 200));
            var page = (await reader.ReadAsync("s", query))!;
            page.Newest.ShouldBe(all.Count);

            var last = Math.Min(all.Count, (query.Before ?? long.MaxValue) - 1);
            var (number, tokens) = (last, 0);
            var expected = new List<(long, string)>();
            for (; number > Math.Max(0, last - query.Limit); number--)
            {
                var (text, block) = all[(int)number - 1];
                if (lost.Contains(block))
                    continue;
                if (query.MaxTokens is { } most && (tokens += (text.Length + 3) / 4) > most)
                    break;
                expected.Insert(0, (number, text));
            }
            page.Turns.Select(turn => (turn.Number, turn.GetText())).ShouldBe(expected, $"{query} of {all.Count}");
            (page.First, page.Last).ShouldBe((number + 1, last));
            page.Missing.SelectMany(range => Enumerable.Range((int)range.From, (int)(range.To - range.From + 1)))
                .ShouldBe(Enumerable.Range((int)page.First, (int)(last - number)).Where(n => lost.Contains(all[n - 1].Block)));
        }
    }
}
