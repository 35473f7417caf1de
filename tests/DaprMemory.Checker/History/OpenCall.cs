namespace DaprMemory.Checker.History;

/// <summary>A call that was sent and is not yet answered.</summary>
public readonly struct OpenCall
{
    readonly ClientRecorder _recorder;
    readonly int _slot;

    internal OpenCall(ClientRecorder recorder, int slot)
    {
        _recorder = recorder;
        _slot = slot;
    }

    /// <summary>Notes the answer, once. A call that is never ended is <see cref="Outcome.Unknown"/>.</summary>
    public void End(in Answer answer) => _recorder.End(_slot, answer);
}
