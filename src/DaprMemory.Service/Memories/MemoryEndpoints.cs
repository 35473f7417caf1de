using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Scatter;
using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Memories;

/// <summary>The routes of memories.</summary>
internal static class MemoryEndpoints
{
    const string One = $"memories/{{{MemoryRoute.Parameter}}}";

    /// <summary>Maps them below a space.</summary>
    public static void MapMemories(this IEndpointRouteBuilder space)
    {
        space.MapWrite<AddMemory>(HttpMethods.Post, "memories").Describe(Write("addMemory", "Adds a memory; the same one, added again, stays one.") with
        {
            Body = MemoryBodies.Memory,
            Answers =
            [
                new(StatusCodes.Status200OK, "It was there already; nothing was added.", typeof(MemoryAnswer), "ETag"),
                new(StatusCodes.Status201Created, "The memory was added.", typeof(MemoryAnswer), "ETag"),
            ],
        });
        space.MapWrite<AddMemories>(HttpMethods.Post, "memories/batch").Describe(Write("addMemories", "Adds or sets several memories, all or none.") with
        {
            Body = MemoryBodies.Batch,
            Answers = [new(StatusCodes.Status200OK, "All are there; those that were not before share one ETag.", typeof(BatchAnswer), "ETag")],
        });
        space.MapWrite<PutMemory>(HttpMethods.Put, One).Describe(Write("putMemory", "Sets a memory.") with
        {
            Parameters = [MemoryParameters.Id, Parameters.IfMatch, Parameters.IfAbsent],
            Body = MemoryBodies.Memory,
            Answers =
            [
                new(StatusCodes.Status200OK, "The memory was replaced.", typeof(MemoryAnswer), "ETag"),
                new(StatusCodes.Status201Created, "The memory was created.", typeof(MemoryAnswer), "ETag"),
            ],
        });
        space.MapWrite<DeleteMemory>(HttpMethods.Delete, One).Describe(Write("deleteMemory", "Deletes a memory.") with
        {
            Parameters = [MemoryParameters.Id, Parameters.IfMatch, Parameters.IfAbsent],
            Answers = [new(StatusCodes.Status204NoContent, "The memory was deleted; the ETag is its tombstone's.", null, "ETag")],
            Refusals = [StatusCodes.Status412PreconditionFailed],
        });
        space.MapRead<GetMemory>(HttpMethods.Get, One).Describe(new("getMemory", "Reads a memory.")
        {
            Parameters = [MemoryParameters.Id, Parameters.At, MemoryParameters.AsOf, Parameters.IfChanged],
            Answers =
            [
                new(StatusCodes.Status200OK, "The memory.", typeof(MemoryItem), "ETag"),
                new(StatusCodes.Status304NotModified, "It has one of the ETags of If-None-Match.", null, "ETag"),
            ],
        });
        space.MapRead<ListMemories>(HttpMethods.Get, "memories").Describe(new("listMemories", "Lists memories, in ordinal order of their ids.")
        {
            Parameters =
            [
                MemoryParameters.After, Parameters.Limit(ListMemories.MaxLimit, ListMemories.DefaultLimit), MemoryParameters.Tag, MemoryParameters.AsOf, Parameters.At,
            ],
            Answers = [new(StatusCodes.Status200OK, "A page of memories.", typeof(MemoryList))],
        });
        space.MapRead<GetLinks>(HttpMethods.Get, $"{One}/links").Describe(new("getLinks", "Tells the links of a memory, either way.")
        {
            Parameters = [MemoryParameters.Id],
            Answers = [new(StatusCodes.Status200OK, "Its links to others, and those of others to it.", typeof(LinksAnswer))],
        });
        space.MapRead<SearchMemories>(HttpMethods.Post, "memories/search").Describe(new("searchMemories", "Finds memories.")
        {
            Body = MemoryBodies.Search,
            Answers = [new(StatusCodes.Status200OK, "The memories, the best first.", typeof(SearchAnswer))],
            Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType],
        });
    }

    /// <summary>Maps the search over several spaces. A shard serves each of them itself: any shard can.</summary>
    public static void MapSpacesSearch(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var ofSpace = new SpaceEndpoint(ActivatorUtilities.CreateInstance<SearchMemories>(services), CallKind.Read, services.GetRequiredService<ServiceInstruments>());
        endpoints.MapMethods($"/v1/{{{SpaceCall.TenantParameter}}}/search", [HttpMethods.Post], new SearchScatter(services, ofSpace.InvokeAsync).InvokeAsync)
            .WithAccess(EndpointAccess.Read)
            .Describe(new("searchSpaces", "Finds memories in several spaces.")
            {
                IsOfSpaces = true,
                Body = MemoryBodies.SearchOfSpaces,
                Answers = [new(StatusCodes.Status200OK, "The memories, the best first, and which spaces gave no answer.", typeof(SpacesSearchAnswer))],
                Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType],
            });
    }

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
