using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.State;

/// <summary>The routes of state.</summary>
internal static class StateEndpoints
{
    const string One = $"state/{{**{StateKey.Parameter}}}";

    /// <summary>Maps them below a space.</summary>
    public static void MapState(this IEndpointRouteBuilder space)
    {
        space.MapRead<GetState>(HttpMethods.Get, One).Describe(ReadOne("getState", "Reads a value, byte for byte as it was put.", typeof(object)));
        space.MapRead<GetState>(HttpMethods.Head, One).Describe(ReadOne("headState", "Tells what reading a value would, without the value.", null));
        space.MapWrite<SetState>(HttpMethods.Put, One).Describe(Write("putState", "Sets a value.") with
        {
            Parameters = [Parameters.Key, Parameters.TimeToLive, Parameters.Tags, Parameters.IfMatch, Parameters.IfAbsent],
            Body = Bodies.Value,
            Answers =
            [
                new(StatusCodes.Status200OK, "The value was replaced.", typeof(WriteAnswer), "ETag"),
                new(StatusCodes.Status201Created, "The record was created.", typeof(WriteAnswer), "ETag"),
            ],
        });
        space.MapWrite<SetState>(HttpMethods.Patch, One).Describe(Write("patchState", "Applies a JSON merge patch to a value.") with
        {
            Parameters = [Parameters.Key, Parameters.TimeToLive, Parameters.Tags, Parameters.IfMatch, Parameters.IfAbsent],
            Body = Bodies.Patch,
            Answers = [new(StatusCodes.Status200OK, "The value was changed.", typeof(WriteAnswer), "ETag")],
        });
        space.MapWrite<DeleteState>(HttpMethods.Delete, One).Describe(Write("deleteState", "Deletes a record.") with
        {
            Parameters = [Parameters.Key, Parameters.IfMatch, Parameters.IfAbsent],
            Answers = [new(StatusCodes.Status204NoContent, "The record was deleted; the ETag is its tombstone's.", null, "ETag")],
            Refusals = [StatusCodes.Status412PreconditionFailed],
        });
        space.MapRead<ListState>(HttpMethods.Get, "state").Describe(new("listState", "Lists records, in ordinal order of their keys.")
        {
            Parameters = [Parameters.Prefix, Parameters.AfterKey, Parameters.Limit(ListState.MaxLimit, ListState.DefaultLimit), Parameters.At],
            Answers = [new(StatusCodes.Status200OK, "A page of records, without their values.", typeof(StateList))],
        });
        space.MapRead<ReadStates>(HttpMethods.Post, "state/read").Describe(new("readState", "Reads several values, all at one version.")
        {
            Parameters = [Parameters.At],
            Body = Bodies.Keys,
            Answers = [new(StatusCodes.Status200OK, "The values, in the order of the keys; those for which there is no room are left.", typeof(StateValues))],
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType],
        });
    }

    static OperationDescription ReadOne(string id, string summary, Type? body) => new(id, summary)
    {
        Parameters = [Parameters.Key, Parameters.At, Parameters.IfChanged],
        Answers =
        [
            new(StatusCodes.Status200OK, "The record is there.", body, "ETag"),
            new(StatusCodes.Status304NotModified, "It has one of the ETags of If-None-Match.", null, "ETag"),
        ],
    };

    static OperationDescription Write(string id, string summary) => new(id, summary)
    {
        IsWrite = true,
        Answers = [],
        Refusals =
        [
            StatusCodes.Status400BadRequest,
            StatusCodes.Status412PreconditionFailed,
            StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType,
        ],
    };
}
