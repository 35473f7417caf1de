using System.Text.Json;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests;

/// <summary>One node over two shared stores, with short words for what tests do to sessions.</summary>
sealed class SessionNode
{
    static int _requests;

    readonly TimeProvider _time;

    public SessionNode(FaultyStore.Shared strong, FaultyStore.Shared hot, SpaceOptions? limits = null, TimeProvider? time = null, SessionsOptions? options = null, ISummarizer? summarizer = null, int seed = 1, RememberPolicy? policy = null, IFactExtractor? extractor = null)
    {
        _time = time ?? TimeProvider.System;
        limits ??= new SpaceOptions { WriteTimeout = TimeSpan.FromSeconds(30), ReadTimeout = TimeSpan.FromSeconds(30) };
        Strong = new FaultyStore(strong, new Random(seed));
        Hot = new FaultyStore(hot, new Random(seed + 1));
        Spaces = new SpaceRegistry(Strong, limits, _time);
        Sessions = new SessionRegistry(Hot, options ?? new SessionsOptions(), limits, _time, summarizer: summarizer, remember: _ => policy, extractor: extractor);
    }

    public static SpaceId Id { get; } = new("acme", "talks");

    public FaultyStore Strong { get; }

    public FaultyStore Hot { get; }

    public SpaceRegistry Spaces { get; }

    public SessionRegistry Sessions { get; }

    public static Turn Say(string text, string agent = "ann") =>
        new(0, "user", JsonSerializer.SerializeToUtf8Bytes(text), agent, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static AppendRequest Request(params string[] texts) =>
        new("ann", $"r{Interlocked.Increment(ref _requests)}", 1, [.. texts.Select(text => Say(text))], TimeSpan.FromDays(30));

    public async Task<AppendOutcome> AppendAsync(string session, AppendRequest request) =>
        await Sessions.AppendAsync(await Spaces.OpenAsync(Id, default), session, request, default);

    /// <summary>Appends what must succeed, and gives the number of the last turn.</summary>
    public async Task<long> SayAsync(string session, params string[] texts) =>
        (await AppendAsync(session, Request(texts))).ShouldBeOfType<AppendOutcome.Appended>().Last;

    public async Task<Session?> FindAsync(string session, ConsistencyLevel level = ConsistencyLevel.Strong)
    {
        var space = await Spaces.OpenAsync(Id, default);
        var view = (await space.ReachAsync(level, 0, default)).ShouldNotBeNull();
        return await Sessions.FindAsync(space, view, session, default) is { } found && await found.ReachAsync(level, default) ? found : null;
    }

    /// <summary>The page that this node sees now; null if there is no session.</summary>
    public async Task<TurnPage?> ReadAsync(string session, TurnQuery? query = null) =>
        await FindAsync(session) is { } found ? await found.ReadAsync(query ?? new TurnQuery(), default) : null;

    /// <summary>What was said, as this node sees it now.</summary>
    public async Task<IEnumerable<string>> TextsAsync(string session) => (await ReadAsync(session)).ShouldNotBeNull().Turns.Select(turn => turn.GetText());

    public async Task<WriteOutcome> DeleteAsync(string session, string? requestId = null) => await Sessions.DeleteAsync(
        await Spaces.OpenAsync(Id, default), session,
        new WriteRequest("ann", requestId ?? $"d{Interlocked.Increment(ref _requests)}", 1, []), default);

    /// <summary>Makes memories of turns, in one call.</summary>
    public async Task<RememberOutcome> RememberAsync(string session, long? from = null, long? to = null, RememberRule? rule = null, string? requestId = null) =>
        await Sessions.RememberAsync(
            await Spaces.OpenAsync(Id, default), session,
            new RememberRequest(
                new WriteRequest("ann", requestId ?? $"m{Interlocked.Increment(ref _requests)}", 1, [], IsRepeat: requestId is not null), rule ?? new RememberRule(), from, to),
            default);

    /// <summary>The memories that the log knows now, by their ids.</summary>
    public async Task<Dictionary<string, Memory>> MemoriesAsync()
    {
        var space = await Spaces.OpenAsync(Id, default);
        var view = (await space.ReachAsync(ConsistencyLevel.Strong, 0, default)).ShouldNotBeNull();
        var memories = new Dictionary<string, Memory>();
        foreach (var (key, info) in view.List(RecordKind.Memory, "", null, _time.GetUtcNow()))
            memories.Add(key.Key, MemoryCodec.Decode((await space.ReadValueAsync(key, info.ETag, default)).Json.Span));
        return memories;
    }

    /// <summary>Deletes a memory, as an agent does.</summary>
    public async Task ForgetAsync(string id) =>
        (await (await Spaces.OpenAsync(Id, default)).WriteAsync(
            new WriteRequest("ann", $"f{Interlocked.Increment(ref _requests)}", 1, [new Mutation(new RecordKey(RecordKind.Memory, id), MutationKind.Delete)]), default))
        .ShouldBeOfType<WriteOutcome.Committed>();

    /// <summary>Waits for what happens behind appends.</summary>
    public async Task SettleAsync(string session)
    {
        for (var patience = 0; (await FindAsync(session, ConsistencyLevel.Eventual))!.IsBusy; patience++)
        {
            patience.ShouldBeLessThan(6000);
            await Task.Delay(5);
        }
    }
}
