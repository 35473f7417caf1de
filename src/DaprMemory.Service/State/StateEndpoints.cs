using DaprMemory.Service.Requests;

namespace DaprMemory.Service.State;

/// <summary>The routes of state.</summary>
internal static class StateEndpoints
{
    /// <summary>Maps them below a space.</summary>
    public static void MapState(this IEndpointRouteBuilder space)
    {
        const string One = $"state/{{**{StateKey.Parameter}}}";
        space.MapOperation<GetState>(HttpMethods.Get, One);
        space.MapOperation<GetState>(HttpMethods.Head, One);
        space.MapOperation<SetState>(HttpMethods.Put, One);
        space.MapOperation<SetState>(HttpMethods.Patch, One);
        space.MapOperation<DeleteState>(HttpMethods.Delete, One);
        space.MapOperation<ListState>(HttpMethods.Get, "state");
    }
}
