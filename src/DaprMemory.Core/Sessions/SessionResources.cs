using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>What the sessions of a node share.</summary>
/// <param name="Store">The hot store.</param>
/// <param name="Cache">Blocks in this node's memory.</param>
/// <param name="Tokens">Counts the tokens of turns.</param>
/// <param name="Summarizer">Makes the summaries.</param>
/// <param name="Remember">What a tenant wants to be remembered by itself; null for nothing.</param>
/// <param name="Extractor">Draws facts from turns; null: nobody does.</param>
/// <param name="Options">How sessions are kept.</param>
/// <param name="Limits">How long and how much may wait.</param>
/// <param name="Time">The clock.</param>
internal sealed record SessionResources(
    ICommitStore Store,
    ValueCache Cache,
    ITokenCounter Tokens,
    ISummarizer Summarizer,
    Func<string, RememberPolicy?> Remember,
    IFactExtractor? Extractor,
    SessionsOptions Options,
    SpaceOptions Limits,
    TimeProvider Time);
