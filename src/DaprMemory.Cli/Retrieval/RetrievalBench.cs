using System.Diagnostics;
using DaprMemory.Cli.Bench;
using DaprMemory.Client;
using DaprMemory.Core.Memories;

namespace DaprMemory.Cli.Retrieval;

/// <summary>Imports conversations as memories and asks questions about them, through the API, as an agent would.</summary>
internal sealed class RetrievalBench(MemoryClient client, Action<string> progress)
{
    const int MaxBatch = 256;

    static readonly TimeSpan VectorPatience = TimeSpan.FromMinutes(20);

    /// <summary>Writes every turn as a memory of its space, from its session, said by its speaker. Again is no harm.</summary>
    public async Task ImportAsync(IReadOnlyList<JudgedTurn> turns, CancellationToken cancellationToken)
    {
        foreach (var space in turns.GroupBy(turn => turn.Space, StringComparer.Ordinal))
        {
            progress($"importing {space.Key}");
            var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var some in space.Select(turn => ToMemory(turn, numbers[turn.Session] = numbers.GetValueOrDefault(turn.Session) + 1)).Chunk(MaxBatch))
            {
                var result = await client.Space(space.Key).Memories.AddAsync(some, replace: true, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (result is not BatchResult.Committed)
                    throw new IOException($"memories of {space.Key} were not taken: {result}");
            }
        }
    }

    /// <summary>Waits until every memory has its vector, if there is a model.</summary>
    /// <returns>The model; null if there is none.</returns>
    public async Task<string?> WaitForVectorsAsync(IEnumerable<string> spaces, CancellationToken cancellationToken)
    {
        string? model = null;
        using var patience = new CancellationTokenSource(VectorPatience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        foreach (var space in spaces)
        {
            while (true)
            {
                var found = await client.Space(space).Memories.SearchAsync("vectors", cancellationToken: either.Token).ConfigureAwait(false);
                model = found.Model;
                if (found.Backlog == 0)
                    break;
                progress($"{space}: {found.Backlog} memories wait for their vectors");
                await Task.Delay(TimeSpan.FromSeconds(1), either.Token).ConfigureAwait(false);
            }
        }
        return model;
    }

    /// <summary>Asks every question in its own space, one after the other.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="asked">Hears of each with what was found.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LatencyHistogram> AskAsync(
        IReadOnlyList<AskedQuestion> questions, Action<AskedQuestion, IReadOnlyList<string>> asked, CancellationToken cancellationToken)
    {
        var latencies = new LatencyHistogram();
        foreach (var question in questions)
        {
            var memories = client.Space(question.Space ?? throw new IOException($"no space for the question '{question.Question}'")).Memories;
            var began = Stopwatch.GetTimestamp();
            var found = await memories.SearchAsync(question.Question, new SearchOptions { Limit = RetrievalTally.Depth }, cancellationToken).ConfigureAwait(false);
            latencies.Record(Stopwatch.GetElapsedTime(began));
            asked(question, [.. found.Items.Select(item => item.Id)]);
        }
        return latencies;
    }

    static NewMemory ToMemory(JudgedTurn turn, long number) =>
        new(turn.Text) { Id = turn.Turn, Agent = turn.Speaker, At = turn.At, Source = new MemorySource(turn.Session, number) };
}
