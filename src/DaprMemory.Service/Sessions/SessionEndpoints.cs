using DaprMemory.Core.Sessions;
using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Sessions;

/// <summary>The routes of sessions.</summary>
internal static class SessionEndpoints
{
    const string One = $"sessions/{{{SessionName.Parameter}}}";

    /// <summary>Maps them below a space.</summary>
    public static void MapSessions(this IEndpointRouteBuilder space)
    {
        space.MapWrite<AppendTurns>(HttpMethods.Post, $"{One}/turns").Describe(
            new("appendTurns", "Adds turns to a session, and begins it if there is none.")
            {
                IsWrite = true,
                Parameters = [Parameters.Session, Parameters.Retention],
                Body = Bodies.Turns,
                Answers = [new(StatusCodes.Status201Created, "The turns stand in the session.", typeof(AppendAnswer))],
                Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType],
            });
        space.MapRead<ReadTurns>(HttpMethods.Get, $"{One}/turns").Describe(new("readTurns", "Reads the newest turns of a session, or those before a given one.")
        {
            Parameters =
            [
                Parameters.Session, Parameters.Last, Parameters.MaxTokens, Parameters.Compact, Parameters.Before,
                Parameters.Limit(SessionsOptions.MaxPageTurns, ReadTurns.DefaultLimit),
            ],
            Answers = [new(StatusCodes.Status200OK, "Turns in order; fewer than asked for when they are large.", typeof(TurnList))],
        });
        space.MapWrite<RememberTurns>(HttpMethods.Post, $"{One}/remember").Describe(
            new("rememberTurns", "Makes memories of turns of a session.")
            {
                IsWrite = true,
                Parameters = [Parameters.Session],
                Body = Bodies.Remember,
                Answers = [new(StatusCodes.Status200OK, "The turns have their memories; those that are new share one ETag.", typeof(RememberAnswer), "ETag")],
                Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType],
            });
        space.MapRead<ListSessions>(HttpMethods.Get, "sessions").Describe(new("listSessions", "Lists sessions, in ordinal order of their names.")
        {
            Parameters = [Parameters.AfterSession, Parameters.Limit(ListSessions.MaxLimit, ListSessions.DefaultLimit)],
            Answers = [new(StatusCodes.Status200OK, "A page of sessions, without their turns.", typeof(SessionList))],
        });
        space.MapWrite<DeleteSession>(HttpMethods.Delete, One).Describe(new("deleteSession", "Deletes a session with all its turns.")
        {
            IsWrite = true,
            Parameters = [Parameters.Session],
            Answers = [new(StatusCodes.Status204NoContent, "The session was deleted.", null, "ETag")],
        });
    }
}
